"""Where a page of a list ends, so that the next begins there whatever has come and gone meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cursor:
    """The place after the row with this moment and key."""

    moment: datetime
    key: int

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // timedelta(microseconds=1)}-{self.key}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """None for what no cursor is written like."""
        moment, _, key = text.partition("-")
        if not all(part.isascii() and part.isdecimal() and len(part) < 18 for part in (moment, key)):
            return None
        return cls(EPOCH + timedelta(microseconds=int(moment)), int(key))

    def later(self, field: str) -> Q:
        """Rows after it, in the order of `field` and key."""
        later = Q(**{f"{field}__gt": self.moment}) | Q(pk__gt=self.key)
        return Q(**{f"{field}__gte": self.moment}) & later

    def earlier(self, field: str) -> Q:
        """Rows after it, when the last one comes first."""
        earlier = Q(**{f"{field}__lt": self.moment}) | Q(pk__lt=self.key)
        return Q(**{f"{field}__lte": self.moment}) & earlier
