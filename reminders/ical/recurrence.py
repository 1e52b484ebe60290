"""Schedules as recurrences of RFC 5545, for calendar programs.

A recurrence gives exactly the moments at which the schedule fires for `YEARS` years, and by its rule goes on
beyond. What the two read differently at clock changes is said for each of them: RFC 5545 takes a time of day
that does not exist for one by the clock as it was, the schedule for the first moment after the gap; and
crontabs that go by elapsed time fire in both passes of an hour that comes twice.

Where no rule says what a crontab does, its next `LISTED` firings are listed, and it ends with them. A rule
ends in the same way where, at a clock change, two of its times would be read as one, or once it has more
exceptions than that. So what a schedule takes is bounded, and every minute is one short rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, islice, takewhile
from zoneinfo import ZoneInfo

from reminders.ical.clock_changes import ClockChange, clock_changes
from reminders.ical.crontab_rules import rule_in_utc, rule_on_the_wall, times_of_day
from tasks.recurrence import Schedule, resolve

YEARS = 10
LISTED = 200
MOST_STEPS = 150  # firings between a clock change and a time that both read alike
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Recurrence:
    """`start` and `exdates` are by the clock of the zone or in UTC, `rdates` in UTC; `rrule` may be empty."""

    start: datetime
    rrule: str = ""
    exdates: tuple[datetime, ...] = ()
    rdates: tuple[datetime, ...] = ()


@lru_cache(maxsize=4096)
def recurrence_of(schedule: Schedule, after: datetime) -> Recurrence | None:
    """What is to come of a settled schedule after a moment; None if nothing is.

    It may begin with a firing before that moment, where a rule needs it.
    """
    first = schedule.after(after)
    if first is None:
        return None
    if schedule.is_once:
        return Recurrence(_by_the_clock(first, schedule.zone) or first)
    said = _ruled_by_utc(schedule, first) or _ruled_by_the_wall(schedule, first)
    return said or Recurrence(first, rdates=tuple(schedule.upcoming(first, LISTED - 1)))


def _ruled_by_utc(schedule: Schedule, first: datetime) -> Recurrence | None:
    if not schedule.goes_by_elapsed_time:
        return None
    offset = first.astimezone(schedule.zone).utcoffset() or timedelta()
    offsets = {offset, *(change.after for change in _changes(schedule.zone, first))}
    rule = rule_in_utc(schedule.crontab, offsets)
    return Recurrence(first, _until(rule, schedule.ends_at)) if rule else None


def _ruled_by_the_wall(schedule: Schedule, first: datetime) -> Recurrence | None:
    rule = schedule.rrule or rule_on_the_wall(schedule.crontab)
    start = _start(schedule, first) if rule else None
    if rule is None or start is None:
        return None
    until, exdates, rdates = schedule.ends_at, list[datetime](), list[datetime]()
    for change in _changes(schedule.zone, first):
        if not _matters(schedule, change):
            continue
        reading = Reading(schedule, start, first, change)
        if reading.is_ambiguous or len(exdates) + len(rdates) > LISTED:
            if change.at <= start:
                return None
            until = change.at - SECOND
            rdates += schedule.upcoming(until, LISTED)
            break
        exdates += reading.exdates
        rdates += reading.rdates
    return Recurrence(start, _until(rule, until), tuple(exdates), tuple(rdates))


class Reading:
    """What a rule, begun at `start`, is read as right after a clock change, and what was meant."""

    def __init__(self, schedule: Schedule, start: datetime, first: datetime, change: ClockChange) -> None:
        self._schedule = schedule
        low = max(change.wall, _wall(start))
        named = takewhile(lambda wall: wall < change.wall + 2 * change.gap, _on_the_wall(schedule, low))
        in_zone = [wall.replace(tzinfo=schedule.zone) for wall in named]
        self._named = [wall for wall in in_zone if not schedule.ends_at or wall <= schedule.ends_at]
        self._read = {wall.astimezone(UTC) for wall in self._named}
        firings = _firings(schedule, max(change.at, first))
        self._meant = list(takewhile(lambda moment: moment < change.at + abs(change.gap), firings))
        self.exdates = [wall for wall in self._named if wall.astimezone(UTC) not in self._meant]
        self.rdates = [moment for moment in self._meant if moment not in self._read]

    @property
    def is_ambiguous(self) -> bool:
        """Whether two times are read as one, or an exception could be taken for that of another firing, whose
        time by the one clock looks like its own by the other; programs differ in what they make of that."""
        return len(self._read) < len(self._named) or self._any_has_a_double()

    def _any_has_a_double(self) -> bool:
        if not self.exdates:
            return False
        alike = [wall.replace(tzinfo=UTC) for wall in self.exdates]
        of_others = takewhile(lambda moment: moment <= alike[-1], _firings(self._schedule, alike[0]))
        in_utc = [_wall(wall.astimezone(UTC)) for wall in self.exdates]
        of_theirs = takewhile(lambda wall: wall <= in_utc[-1], _on_the_wall(self._schedule, in_utc[0]))
        return not set(alike).isdisjoint(of_others) or not set(in_utc).isdisjoint(of_theirs)


def _changes(zone: ZoneInfo, first: datetime) -> list[ClockChange]:
    changes = clock_changes(zone, first.year, first.year + YEARS)
    return [change for change in changes if change.at + abs(change.gap) > first]


def _matters(schedule: Schedule, change: ClockChange) -> bool:
    """Whether the schedule has a time of day that is left out, or that comes twice and both count."""
    if change.gap < timedelta():
        repeated = _any_between(schedule, change.wall + change.gap, change.wall)
        return schedule.goes_by_elapsed_time and repeated
    return _any_between(schedule, change.wall, change.wall + change.gap)


def _any_between(schedule: Schedule, low: datetime, high: datetime) -> bool:
    begins, ends = low.time(), high.time()
    if begins < ends:
        return any(begins <= each < ends for each in _times(schedule))
    return any(begins <= each or each < ends for each in _times(schedule))


def _times(schedule: Schedule) -> frozenset[time]:
    if schedule.crontab:
        return times_of_day(schedule.crontab)
    return frozenset({schedule.starts.time()} if schedule.starts else ())


def _start(schedule: Schedule, first: datetime) -> datetime | None:
    """The nearest firing that the rule, too, has at its time: the first, or one before it, or one after."""
    later = islice(_firings(schedule, first + SECOND), MOST_STEPS)
    for moment in chain(_backwards(schedule, first), later):
        local = _by_the_clock(moment, schedule.zone)
        if local and next(_on_the_wall(schedule, _wall(local)), None) == _wall(local):
            return local
    return None


def _by_the_clock(moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment by the clock of the zone, if that tells it."""
    local = moment.astimezone(zone)
    return local if resolve(_wall(local), zone) == moment else None


def _wall(local: datetime) -> datetime:
    return local.replace(tzinfo=None, fold=0)


def _on_the_wall(schedule: Schedule, low: datetime) -> Iterator[datetime]:
    """Its times at `low` and later on a clock that is never changed, as UTC is; all naive."""
    never_changed = replace(schedule, time_zone="UTC", ends_at=None)
    return map(_wall, _firings(never_changed, low.replace(tzinfo=UTC)))


def _firings(schedule: Schedule, low: datetime) -> Iterator[datetime]:
    """Those at `low` and later."""
    moment = schedule.after(low - SECOND)
    while moment:
        yield moment
        moment = schedule.after(moment)


def _backwards(schedule: Schedule, moment: datetime | None) -> Iterator[datetime]:
    """Firings from `moment` on back."""
    for _ in range(MOST_STEPS):
        if moment is None:
            return
        yield moment
        moment = schedule.latest(moment - SECOND)


def _until(rule: str, moment: datetime | None) -> str:
    return f"{rule};UNTIL={moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if moment else rule
