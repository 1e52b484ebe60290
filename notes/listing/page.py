"""A page of notes, which costs the same wherever it is in however long a list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.template.defaultfilters import pluralize
from django.utils.http import urlencode

from accounts.models import User
from accounts.requests import UserRequest
from notes.excerpts import Part, around_hit, with_hits, without_marks
from notes.listing.segments import AT_HAND, PUT_AWAY, RANKED, Place, Segment
from notes.models import LONGEST_TAG, SHORT_BEGINNING, Note, NoteQuerySet
from notes.searching.breadth import MANY_AMONG_THEM, Breadth, breadth_of
from notes.searching.expressions import Found, Relevance
from notes.searching.queries import Query

NOTES_PER_PAGE = 30
LONG_BEGINNING = 10_000  # characters of a body in which a hit is shown
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Row:
    """A note as a list shows it: title, and what it says, in pieces of which some were searched for."""

    note: Note
    title: list[Part]
    excerpt: list[Part]


Listed = tuple[Segment, Note]


@dataclass(frozen=True)
class Stretch:
    """Notes that stand one after the other in a list, and whether there are more on either side."""

    found: list[Listed]
    came_from: bool
    goes_on: bool

    @property
    def start(self) -> Place | None:
        return Place.of(*self.found[0]) if self.found else None

    @property
    def end(self) -> Place | None:
        return Place.of(*self.found[-1]) if self.found else None


@dataclass(frozen=True)
class NotePage:
    """Of the owner's notes at hand or in the archive those with a tag, and those that a search finds."""

    owner: User
    archived: bool = False
    tag: str = ""
    typed: str = ""
    place: Place | None = None

    @classmethod
    def asked_for(cls, request: UserRequest) -> NotePage:
        """What the query string says; what makes no sense in it is left out."""
        asked = {name: str(value).replace("\0", "").strip() for name, value in request.GET.items()}
        before = Place.read(asked.get("before", ""), is_end=True)
        return cls(
            request.user,
            "archived" in asked,
            asked.get("tag", "")[:LONGEST_TAG],
            asked.get("q", "")[:LONGEST_QUERY],
            before or Place.read(asked.get("after", ""), is_end=False),
        )

    @cached_property
    def query(self) -> Query:
        return Query.parse(self.typed)

    @property
    def rows(self) -> list[Row]:
        return [self._row(note) for note in self.notes]

    @property
    def notes(self) -> list[Note]:
        return [note for _, note in self._stretch.found]

    @property
    def next(self) -> str:
        """The query string of the page after this one; empty on the last."""
        return self._address(after=str(self._stretch.end)) if self._stretch.goes_on else ""

    @property
    def previous(self) -> str:
        """The query string of the page before this one; empty on the first."""
        return self._address(before=str(self._stretch.start)) if self._stretch.came_from else ""

    @property
    def first(self) -> str:
        return self._address()

    @property
    def is_chosen(self) -> bool:
        """Whether there may be other notes than these."""
        return bool(self.archived or self.typed or self.tag or self.place)

    @property
    def how_many(self) -> str:
        keys = self._breadth.keys
        if keys is None:
            return f"More than {MANY_AMONG_THEM} notes found"
        return f"{len(keys)} note{pluralize(len(keys))} found"

    @cached_property
    def _breadth(self) -> Breadth:
        """Of the search, if there is one."""
        if self.query.finds_nothing:
            return Breadth(keys=[])
        return breadth_of(self._listed, self.query, self.owner.pk)

    @cached_property
    def _listed(self) -> NoteQuerySet:
        return Note.objects.chosen_by(self.owner, archived=self.archived, tag=self.tag)

    @cached_property
    def _chosen(self) -> NoteQuerySet:
        if not self.query:
            return self._listed
        if self._is_ranked and self._breadth.keys is not None:
            return self._listed.filter(pk__in=self._breadth.keys)
        by_index = self._is_ranked or not self._breadth.is_common
        return self._listed.filter(Found(self.query, self.owner.pk, by_index=by_index))

    @cached_property
    def _segments(self) -> list[Segment]:
        """By relevance, unless what is searched for is in so many that ranking them would take long."""
        if self.query and self._is_ranked:
            return [RANKED]
        return [PUT_AWAY] if self.archived else AT_HAND

    @property
    def _is_ranked(self) -> bool:
        if self.place:
            return self.place.segment is RANKED  # it goes on in the order in which it began
        return self._breadth.keys is not None

    @cached_property
    def _stretch(self) -> Stretch:
        place = self.place if self.place and self.place.segment in self._segments else None
        if place and place.is_end:
            found = self._take(self._segments[::-1], place)
            if len(found) > NOTES_PER_PAGE:
                return self._shown(found[NOTES_PER_PAGE - 1 :: -1], came_from=True, goes_on=True)
            place = None  # too few for a page: it is the first one that is meant
        found = self._take(self._segments, place)
        return self._shown(
            found[:NOTES_PER_PAGE], came_from=bool(place and found), goes_on=len(found) > NOTES_PER_PAGE
        )

    def _shown(self, found: list[Listed], *, came_from: bool, goes_on: bool) -> Stretch:
        prefetch_related_objects([note for _, note in found], "tags")
        return Stretch(found, came_from, goes_on)

    def _take(self, segments: list[Segment], place: Place | None) -> list[Listed]:
        """A page, and one more if there is one, onwards from the place or, if that is an end, backwards."""
        taken: list[Listed] = []
        for segment in segments[segments.index(place.segment) if place else 0 :]:
            left = NOTES_PER_PAGE + 1 - len(taken)
            if left:
                taken += [(segment, note) for note in self._of(segment, place)[:left]]
        return taken

    def _of(self, segment: Segment, place: Place | None) -> NoteQuerySet:
        is_turned = bool(place and place.is_end)
        notes = self._chosen.filter(segment.notes)
        if segment is RANKED:
            notes = notes.annotate(relevance=Relevance(self.query, self.owner.pk))
        if place and place.segment is segment:
            order = segment.order.reversed() if is_turned else segment.order
            notes = notes.filter(order.after(place.values))
        length = LONG_BEGINNING if self.query else SHORT_BEGINNING
        return notes.for_list(length).order_by(*segment.sorting(is_turned=is_turned))

    def _row(self, note: Note) -> Row:
        text = without_marks(note.beginning)
        return Row(note, with_hits(note.title, self.query), around_hit(text, self.query))

    def _address(self, **place: str) -> str:
        """The query string of this list, from a place on."""
        asked = {"q": self.typed, "tag": self.tag, "archived": "1" if self.archived else "", **place}
        filled_in = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(filled_in)}" if filled_in else ""
