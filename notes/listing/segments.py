"""What lists of notes consist of, and places in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from notes.listing.keyset import Order, Values, read, turned, written
from notes.models import Note


@dataclass(frozen=True)
class Segment:
    """Some of the notes that a list consists of, one segment after the other."""

    name: str
    notes: Q
    order: Order
    all_alike: tuple[str, ...] = ()  # what the index has in front, the same in all of these notes

    def sorting(self, *, is_turned: bool) -> list[str]:
        fields = [*self.all_alike, *self.order.fields]
        return turned(fields) if is_turned else fields


PINNED = Segment("pinned", Q(pinned_at__isnull=False), Order(("pinned_at", "-updated_at", "-pk")))
OTHERS = Segment("others", Q(pinned_at=None), Order(("-updated_at", "-pk")), ("pinned_at",))
PUT_AWAY = Segment("archive", Q(), Order(("-archived_at", "-pk")))
RANKED = Segment("ranked", Q(), Order(("-relevance", "-updated_at", "-pk")))
AT_HAND = [PINNED, OTHERS]
SEGMENTS = {segment.name: segment for segment in (*AT_HAND, PUT_AWAY, RANKED)}


@dataclass(frozen=True)
class Place:
    """After, or before, the row of a segment that has these values."""

    segment: Segment
    values: Values
    is_end: bool = False  # of the page: the rows before it are meant

    def __str__(self) -> str:
        return f"{self.segment.name}-{written(self.values)}"

    @classmethod
    def of(cls, segment: Segment, note: Note) -> Place:
        return cls(segment, segment.order.values_of(note))

    @classmethod
    def read(cls, text: str, *, is_end: bool) -> Place | None:
        name, _, rest = text.partition("-")
        segment = SEGMENTS.get(name)
        values = read(rest, segment.order) if segment else None
        return cls(segment, values, is_end) if segment and values else None
