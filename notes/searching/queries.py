"""What is typed into the search field, as search engines on the web read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notes.searching.words import words_of

QUOTES = re.compile("[“”„‟«»＂]")
TERM = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"?|(?P<without>-?)(?P<word>\S+)')


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other. Of one that is still being typed, the last goes on."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_unfinished: bool = False


@dataclass(frozen=True)
class Query:
    """`wanted` are all in a note that is found, and none of the `excluded`.

    If nothing but signs was typed, `finds_nothing`.
    """

    wanted: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    finds_nothing: bool = False

    @classmethod
    def parse(cls, typed: str) -> Query:
        """Words, "words one after the other" and -words that shall not be there. The last word may go on."""
        terms = [_term(found) for found in TERM.finditer(QUOTES.sub('"', typed))]
        if terms and typed[-1:].isalnum() and not terms[-1].is_excluded:
            terms[-1] = Term(terms[-1].words, is_unfinished=True)
        wanted = tuple(term for term in terms if term.words and not term.is_excluded)
        excluded = tuple(term for term in terms if term.words and term.is_excluded)
        return cls(wanted, excluded, finds_nothing=bool(terms) and not wanted and not excluded)

    def __bool__(self) -> bool:
        return bool(self.wanted or self.excluded or self.finds_nothing)


def _term(found: re.Match[str]) -> Term:
    text = found["word"] or found["phrase"] or ""
    return Term(tuple(words_of(text)), is_excluded=bool(found["minus"] or found["without"]))
