"""The list of broadcasts, the last one first, with how many people each reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache
from django.db.models import Count, F

from accounts.requests import to_number
from notifications.models import Announcement, Broadcast, Notification

PER_PAGE = 20
ANNOUNCEMENTS_SHOWN = 20
LARGE = 100_000
SECONDS_KEPT = 60


@dataclass(frozen=True)
class Reach:
    """How many people were shown it, and how many of them read it, as far as they came by."""

    shown: int = 0
    read: int = 0

    @property
    def is_large(self) -> bool:
        return self.shown >= LARGE


NOBODY = Reach()


@dataclass(frozen=True)
class Row:
    """A broadcast, or one of its announcements, with its reach."""

    thing: Broadcast | Announcement
    reach: Reach


@dataclass(frozen=True)
class BroadcastPage:
    """Those older than the one with the key `before`."""

    before: int | None = None

    @classmethod
    def asked_for(cls, text: str) -> BroadcastPage:
        return cls(to_number(text))

    @cached_property
    def rows(self) -> list[Row]:
        reached = reach_of_broadcasts(broadcast.pk for broadcast in self._found[:PER_PAGE])
        return [Row(broadcast, reached.get(broadcast.pk, NOBODY)) for broadcast in self._found[:PER_PAGE]]

    @property
    def query(self) -> str:
        return "" if self.before is None else f"?before={self.before}"

    @property
    def older(self) -> str:
        """The query string of the page after this one; empty on the last."""
        return f"?before={self._found[PER_PAGE - 1].pk}" if len(self._found) > PER_PAGE else ""

    @cached_property
    def _found(self) -> list[Broadcast]:
        broadcasts = Broadcast.objects.with_state().order_by("-pk")
        if self.before is not None:
            broadcasts = broadcasts.filter(pk__lt=self.before)
        return list(broadcasts[: PER_PAGE + 1])


def announcements_of(broadcast: Broadcast) -> list[Row]:
    """The last ones."""
    last = list(broadcast.announcements.all()[:ANNOUNCEMENTS_SHOWN])
    reached = _reach(F("announcement"), announcement__in=[announcement.pk for announcement in last])
    return [Row(announcement, reached.get(announcement.pk, NOBODY)) for announcement in last]


def reach_of_broadcasts(keys: Iterable[int]) -> dict[int, Reach]:
    """Of each that was shown to anybody, all its announcements together, in one query.

    Counting very many takes a while, so theirs may be a minute old.
    """
    names = {f"broadcast-reach:{key}": key for key in keys}
    known = {names[name]: reach for name, reach in cache.get_many(names).items()}
    missing = [key for key in names.values() if key not in known]
    counted = _reach(F("announcement__broadcast"), announcement__broadcast__in=missing)
    large = {name: counted[key] for name, key in names.items() if key in counted and counted[key].is_large}
    if large:
        cache.set_many(large, SECONDS_KEPT)
    return known | counted


def _reach(of: F, **which: object) -> dict[int, Reach]:
    """Counted in an index that holds nothing else."""
    counted = (
        Notification.objects.filter(**which)
        .values(of=of)
        .annotate(shown=Count("*"), read=Count("read_at"))
        .values_list("of", "shown", "read")
    )
    return {key: Reach(shown, read) for key, shown, read in counted}
