"""A search in SQL: by PostgreSQL's index of words, and on SQLite by looking at each of the owner's notes."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler

from notes.searching.queries import Query, Term
from notes.searching.words import bucket_of

Sql = tuple[str, tuple[str, ...]]


class Found(Func):
    """Whether the note is among those of this owner that the query finds.

    Not `by_index`, for where most are found: each note on the way is looked at.
    """

    output_field = BooleanField()

    def __init__(self, query: Query, owner: int, *, by_index: bool = True) -> None:
        super().__init__("pk", "title", "body")
        self.query = query
        self.owner = owner
        self.by_index = by_index

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Sql:
        """The owner is one of the words, so that one index holds both; no other begins with a sign."""
        terms = [f"'#{self.owner}'", *(_tsquery(term, self.owner) for term in self.query.wanted)]
        terms += [f"!({_tsquery(term, self.owner)})" for term in self.query.excluded]
        test = f"{_vector(self, connection)} @@ %s::tsquery"
        if not self.by_index:  # no index answers a CASE, and the planner takes half of the rows to pass it
            test = f"CASE WHEN {test} THEN true ELSE false END"
        return test, (" & ".join(terms),)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Sql:
        _key, title, body = (compiler.compile(each)[0] for each in self.get_source_expressions())
        line = f"notes_words({title} || ' ' || {body})"
        tests = [f"instr({line}, %s) > 0" for term in self.query.wanted]
        tests += [f"instr({line}, %s) = 0" for term in self.query.excluded]
        return f"({' AND '.join(tests)})", tuple(map(_part, self.query.wanted + self.query.excluded))


class Relevance(Func):
    """How well it fits, as a whole number; what is in the title counts most."""

    output_field = IntegerField()

    def __init__(self, query: Query, owner: int) -> None:
        super().__init__("pk", "title")
        self.query = query
        self.owner = owner

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Sql:
        """In hundredths, so that of notes that fit alike the last changed comes first."""
        wanted = " & ".join(_tsquery(term, self.owner) for term in self.query.wanted)
        return f"(ts_rank({_vector(self, connection)}, %s::tsquery) * 100)::int", (wanted,)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Sql:
        _key, title = (compiler.compile(each)[0] for each in self.get_source_expressions())
        tests = [f"(instr(notes_words({title}), %s) > 0)" for term in self.query.wanted]
        return f"({' + '.join(['0', '0', *tests])})", tuple(map(_part, self.query.wanted))


def _vector(expression: Func, connection: BaseDatabaseWrapper) -> str:
    """The column of words, which Django knows nothing of, so that it is never fetched with a note."""
    key: Any = expression.get_source_expressions()[0]
    return f"{connection.ops.quote_name(key.alias)}.words"


def _tsquery(term: Term, owner: int) -> str:
    """Words are of letters and digits alone, so quotes need no care."""
    words = [f"'{bucket_of(owner)}{word}'" for word in term.words]
    return "(" + " <-> ".join([*words[:-1], words[-1] + (":*" if term.is_unfinished else "")]) + ")"


def _part(term: Term) -> str:
    """What is in the line of words of a note that has it."""
    return f" {' '.join(term.words)}" + ("" if term.is_unfinished else " ")
