"""A schedule as it is shown before it is saved: in words, with its next firings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from tasks.clock import database_now
from tasks.recurrence import Schedule, clock_change
from tasks.words import describe

FIRINGS_SHOWN = 5


@dataclass(frozen=True)
class Firing:
    """`at` by the reader's clock and, where the schedule follows another one, `elsewhere`: by that one.

    `remarks` are about clocks that change on that day.
    """

    at: datetime
    elsewhere: datetime | None
    remarks: list[str]


@dataclass(frozen=True)
class Preview:
    """`firings` are the next ones; `goes_on` says whether more come after them."""

    schedule: Schedule
    words: str
    firings: list[Firing]
    goes_on: bool
    is_elsewhere: bool

    @classmethod
    def of(cls, schedule: Schedule, reader: User, count: int = FIRINGS_SHOWN) -> Preview:
        """Of a settled schedule, from now on."""
        moments = schedule.upcoming(database_now(), count + 1)
        return cls(
            schedule,
            describe(schedule),
            [_firing(schedule, moment, reader.zone) for moment in moments[:count]],
            goes_on=len(moments) > count,
            is_elsewhere=schedule.zone != reader.zone,
        )


def _firing(schedule: Schedule, moment: datetime, reader: ZoneInfo) -> Firing:
    return Firing(
        at=moment.astimezone(reader),
        elsewhere=None if schedule.zone == reader else _wall_clock(moment, schedule.zone),
        remarks=list(_remarks(schedule, moment, reader)),
    )


def _remarks(schedule: Schedule, moment: datetime, reader: ZoneInfo) -> Iterator[str]:
    wall = moment.astimezone(schedule.zone)
    if change := clock_change(wall.date(), schedule.zone):
        yield f"Clocks go {_by(change)} that day{_where(schedule.zone, reader)}."
        if schedule.starts and not schedule.crontab and wall.time() != schedule.starts.time():
            yield f"{_clock(schedule.starts)} does not exist then, so it is at {_clock(wall)}."
        elif _comes_twice(wall, schedule.zone):
            yield f"{_clock(wall)} comes twice then; this is the {'second' if wall.fold else 'first'} time."
    if schedule.zone != reader and (change := clock_change(moment.astimezone(reader).date(), reader)):
        yield f"Your clocks go {_by(change)} that day."


def _comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether another moment, shortly before or after, reads the same on clocks in the zone."""
    other = wall.replace(fold=1 - wall.fold).astimezone(UTC)
    return other != wall.astimezone(UTC) and _wall_clock(other, zone) == _wall_clock(wall, zone)


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Without the zone, so that templates show it as it is."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _clock(wall: datetime) -> str:
    return f"{wall:%H:%M:%S}".removesuffix(":00")


def _by(change: timedelta) -> str:
    minutes = abs(round(change.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    amount = f"{minutes} minutes" if rest else f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{'forward' if change > timedelta() else 'back'} by {amount}"


def _where(zone: ZoneInfo, reader: ZoneInfo) -> str:
    return "" if zone == reader else f" in {zone.key}"
