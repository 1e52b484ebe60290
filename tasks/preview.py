"""The next firings of a schedule, as they are shown before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tasks.recurrence import Schedule, clock_change

FIRINGS_SHOWN = 5


@dataclass(frozen=True)
class Firing:
    """`at` and, where the schedule follows another zone than the reader, `elsewhere`: the clock there."""

    at: datetime
    elsewhere: datetime | None
    remarks: list[str]


def next_firings(schedule: Schedule, after: datetime, reader: ZoneInfo) -> list[Firing]:
    """The next five of a settled schedule, in the reader's zone, with a word on days when clocks change."""
    return [
        Firing(
            at=moment.astimezone(reader),
            elsewhere=None if schedule.zone == reader else _wall_clock(moment, schedule.zone),
            remarks=list(_remarks(schedule, moment, reader)),
        )
        for moment in schedule.upcoming(after, FIRINGS_SHOWN)
    ]


def _remarks(schedule: Schedule, moment: datetime, reader: ZoneInfo) -> Iterator[str]:
    wall = moment.astimezone(schedule.zone)
    if change := clock_change(wall.date(), schedule.zone):
        yield f"Clocks go {_by(change)} that day{_where(schedule.zone, reader)}."
        if schedule.starts and not schedule.crontab and wall.time() != schedule.starts.time():
            yield f"{schedule.starts:%H:%M} does not exist then, so it is at {wall:%H:%M}."
    if schedule.zone != reader and (change := clock_change(moment.astimezone(reader).date(), reader)):
        yield f"Your clocks go {_by(change)} that day."


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Without the zone, so that templates show it as it is."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _by(change: timedelta) -> str:
    minutes = abs(round(change.total_seconds() / 60))
    amount = {60: "1 hour"}.get(minutes) or f"{minutes} minutes"
    return f"{'forward' if change > timedelta() else 'back'} by {amount}"


def _where(zone: ZoneInfo, reader: ZoneInfo) -> str:
    return "" if zone == reader else f" in {zone.key}"
