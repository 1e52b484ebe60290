"""Whether a search finds few notes or many.

The database estimates that from all users' notes, and is wrong where one's own are unlike them: it would then
walk through all of one's notes for the few that hold a word, or collect all that hold it for the first page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from notes.searching.expressions import Found, Relevance
from notes.searching.queries import Query

if TYPE_CHECKING:
    from notes.models import NoteQuerySet

FEW = 300
LOOKED_AT = 1000  # of the newest
MANY_AMONG_THEM = 60


def keys_of_few(notes: NoteQuerySet, query: Query, owner: int) -> list[int] | None:
    """Of the owner's notes those that the query finds, if they are few. None for many."""
    newest = notes.newest_first().values("pk")[:LOOKED_AT]
    among_newest = notes.model._default_manager.filter(Found(query, owner), pk__in=newest)
    if among_newest[: MANY_AMONG_THEM + 1].count() > MANY_AMONG_THEM:
        return None
    best = notes.filter(Found(query, owner)).order_by(Relevance(query).desc())  # so it begins with the word
    keys = list(best.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None
