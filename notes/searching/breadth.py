"""Whether a search finds few notes or many.

The database estimates that from all users' notes, and is wrong where one's own are unlike them: it would then
walk through all of one's notes for the few that hold a word, or collect all that hold it for the first page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from notes.searching.expressions import Found, Relevance
from notes.searching.queries import Query

if TYPE_CHECKING:
    from notes.models import NoteQuerySet

FEW = 300
LOOKED_AT = 1000  # of the newest
MANY_AMONG_THEM = 60


@dataclass(frozen=True)
class Breadth:
    """`keys` are those of all that is found, if that is few.

    What `is_common` is in so many of the newest notes that a walk through them soon has a page full.
    """

    keys: list[int] | None = None
    is_common: bool = False


def breadth_of(notes: NoteQuerySet, query: Query, owner: int) -> Breadth:
    """Of what the query finds among the owner's notes."""
    newest = notes.newest_first().values(is_found=Found(query, owner))[:LOOKED_AT]
    if newest.aggregate(found=Count("pk", filter=Q(is_found=True)))["found"] > MANY_AMONG_THEM:
        return Breadth(is_common=True)
    found = notes.filter(Found(query, owner)).values_list("pk", flat=True)
    keys = list(found.order_by(Relevance(query, owner).desc())[: FEW + 1])  # so it begins with the word
    return Breadth(keys if len(keys) <= FEW else None)
