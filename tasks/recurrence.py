"""When something is due: arithmetic on wall clocks and zones, without a database or a clock of its own.

Wall-clock times are naive; moments are aware, and come out in UTC, to the second. At clock changes: a
wall-clock time that does not exist is the first moment after the gap, one that comes twice is the first of
the two. Crontabs keep the rules of Debian's cron: those whose minute or hour begins with `*` go by elapsed
time, and so fire in both passes of a repeated hour, and not for the times that a gap leaves out; day of month
and day of week together mean either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import takewhile
from zoneinfo import ZoneInfo

from accounts import zones
from tasks.crontabs import Crontab, CrontabError
from tasks.rules import Rule, RuleError

MOST_RUNS = 1000
YEARS = range(1970, 9001)
LONGEST_TEXT = 200
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class ScheduleError(ValueError):
    """What is wrong, in words for people, and in which `field` of a schedule."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Schedule:
    """When something is due: once, by an RFC 5545 rule, or by a crontab.

    `starts` is the wall clock in `time_zone`: of the one time, of a rule's DTSTART, or before which a crontab
    does not fire. `ends_at` is the last moment at which it may fire. `max_runs` is for people and calendars:
    `settled()` makes an `ends_at` of it, and nothing else looks at it.
    """

    time_zone: str
    starts: datetime | None = None
    rrule: str = ""
    crontab: str = ""
    ends_at: datetime | None = None
    max_runs: int | None = None

    @classmethod
    def at(cls, moment: datetime, time_zone: str) -> Schedule:
        """Once, at an aware moment, or at the next whole second.

        It follows UTC where the wall clock of the zone could not tell the moment from an earlier one.
        """
        if moment.microsecond:
            moment = moment.replace(microsecond=0) + SECOND
        zone = ZoneInfo(time_zone)
        wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        if resolve(wall, zone) != moment:
            return cls("UTC", moment.astimezone(UTC).replace(tzinfo=None))
        return cls(time_zone, wall)

    @property
    def is_once(self) -> bool:
        return not (self.rrule or self.crontab)

    @property
    def goes_by_elapsed_time(self) -> bool:
        """Whether it fires in both passes of an hour that comes twice."""
        return bool(self.crontab) and Crontab.parse(self.crontab).goes_by_elapsed_time

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def settled(self) -> Schedule:
        """The schedule checked and in its normal form; today's date plays no part in it.

        Raises ScheduleError for what cannot be, and for what can never fire.
        """
        if self.time_zone not in zones.known():
            raise ScheduleError("time_zone", f"“{self.time_zone[:64]}” is not a time zone we know.")
        if self.rrule and self.crontab:
            raise ScheduleError("crontab", "Give a rule or a crontab, not both.")
        if self.starts is None and (self.is_once or self.rrule):
            raise ScheduleError("starts", "Say when.")
        for field, moment in (("starts", self.starts), ("ends_at", self.ends_at)):
            if moment and moment.year not in YEARS:
                raise ScheduleError(field, f"The year must be from {YEARS[0]} to {YEARS[-1]}.")
        starts = self.starts and self.starts.replace(tzinfo=None, microsecond=0, fold=0)
        return replace(self, starts=starts)._with_checked_crontab()._with_checked_rule()._with_checked_end()

    def after(self, moment: datetime) -> datetime | None:
        """The first firing after `moment`, an aware one; None when there is none."""
        try:
            found = next((each for each in self._on_from(moment) if each > moment), None)
        except OverflowError:  # at the end of the calendar
            return None
        return None if found is None or (self.ends_at and found > self.ends_at) else found

    def latest(self, moment: datetime) -> datetime | None:
        """The last firing at `moment`, an aware one, or before it; None when there was none."""
        if self.ends_at:
            moment = min(moment, self.ends_at)
        if self.starts and moment < resolve(self.starts, self.zone):
            return None
        try:
            return next((each for each in self._back_from(moment) if each <= moment), None)
        except OverflowError:  # at the beginning of the calendar
            return None

    def upcoming(self, after: datetime, count: int) -> list[datetime]:
        """The first `count` firings after a moment."""
        found: list[datetime] = []
        while len(found) < count and (following := self.after(found[-1] if found else after)):
            found.append(following)
        return found

    def moved_to(self, time_zone: str) -> Schedule:
        """The same times of the wall clock in another zone."""
        ends_at = self.ends_at and resolve(
            self.ends_at.astimezone(self.zone).replace(tzinfo=None, fold=0), ZoneInfo(time_zone)
        )
        return replace(self, time_zone=time_zone, ends_at=ends_at)

    def _on_from(self, moment: datetime) -> Iterator[datetime]:
        """The firings after `moment` in order, maybe behind some that are not after it."""
        if self.crontab:
            begins = max(moment, resolve(self.starts, self.zone) - SECOND) if self.starts else moment
            firings = self._by_crontab(Crontab.parse(self.crontab).after(self._first_wall(begins)))
            yield from (each for each in firings if each > begins)
        elif self.starts and self.rrule:
            low = max(self.starts, _wall(moment, self.zone))
            yield from (resolve(wall, self.zone) for wall in self._rule.from_on(self.starts, low))
        elif self.starts:
            yield resolve(self.starts, self.zone)

    def _back_from(self, moment: datetime) -> Iterator[datetime]:
        """The firings up to `moment` from the last one back, maybe behind some that are after it."""
        if self.crontab:
            walls = Crontab.parse(self.crontab).back_from(self._last_wall(moment))
            begins = resolve(self.starts, self.zone) if self.starts else None
            firings = self._by_crontab(walls, backwards=True)
            yield from firings if begins is None else takewhile(lambda each: each >= begins, firings)
        elif self.starts and self.rrule:
            walls = self._rule.back_from(self.starts, self._last_wall(moment))
            yield from (resolve(wall, self.zone) for wall in walls)
        elif self.starts:
            yield resolve(self.starts, self.zone)

    def _by_crontab(self, walls: Iterable[datetime], *, backwards: bool = False) -> Iterator[datetime]:
        if self.goes_by_elapsed_time:
            return _whenever_clocks_show(walls, self.zone, backwards=backwards)
        return (resolve(wall, self.zone) for wall in walls)

    def _first_wall(self, moment: datetime) -> datetime:
        """The earliest time that clocks show from `moment` on: an hour that is to be repeated lies back."""
        wall = _wall(moment, self.zone)
        again = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return wall - max(again - moment, timedelta())

    def _last_wall(self, moment: datetime) -> datetime:
        """The latest time that clocks have shown up to `moment`."""
        wall = _wall(moment, self.zone)
        before = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        return wall + max(moment - before, timedelta())

    @property
    def _rule(self) -> Rule:
        return Rule.parse(self.rrule)

    def _with_checked_crontab(self) -> Schedule:
        """With the crontab in its normal form."""
        if not self.crontab:
            return self
        try:
            return replace(self, crontab=Crontab.parse(self.crontab).text)
        except CrontabError as error:
            raise ScheduleError("crontab", str(error)) from error

    def _with_checked_rule(self) -> Schedule:
        """With the rule in its normal form, and beginning at its first occurrence, as RFC 5545 wants it."""
        if not self.rrule or self.starts is None:
            return self
        if len(self.rrule) > LONGEST_TEXT:
            raise ScheduleError("rrule", f"A rule has at most {LONGEST_TEXT} characters.")
        try:
            rule = Rule.parse("".join(self.rrule.upper().split()).removeprefix("RRULE:"))
        except RuleError as error:
            raise ScheduleError("rrule", str(error)) from error
        first = rule.first(self.starts)
        if first is None:
            raise ScheduleError("rrule", "There is no day on which this could ever be.")
        return replace(self, rrule=str(rule), starts=first)

    def _with_checked_end(self) -> Schedule:
        if self.max_runs is not None:
            return self._with_end_of(self.max_runs)
        if self.ends_at and self.starts and self.after(self._before_it_starts(self.starts)) is None:
            raise ScheduleError("ends_at", "This ends before it begins.")
        return self

    def _with_end_of(self, max_runs: int) -> Schedule:
        if not 1 <= max_runs <= MOST_RUNS:
            raise ScheduleError("max_runs", f"It can be from 1 to {MOST_RUNS} times.")
        if self.starts is None:
            raise ScheduleError("starts", "Say from when the times are counted.")
        firings = replace(self, ends_at=None).upcoming(self._before_it_starts(self.starts), max_runs)
        return replace(self, ends_at=firings[-1])

    def _before_it_starts(self, starts: datetime) -> datetime:
        return resolve(starts, self.zone) - SECOND


def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in the zone show `wall`: the first of two; after a gap, if none does."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return moment
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    low, high = wall.replace(tzinfo=UTC) - after, wall.replace(tzinfo=UTC) - before
    while high - low > SECOND:
        middle = low + (high - low) // 2
        if (middle.astimezone(zone).utcoffset() or timedelta()) == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def resolve_last(wall: datetime, zone: ZoneInfo) -> datetime:
    """The last moment at which clocks in the zone show `wall`: the second of two; or after a gap."""
    return max(_moments(wall, zone), default=resolve(wall, zone))


def _whenever_clocks_show(
    walls: Iterable[datetime], zone: ZoneInfo, *, backwards: bool = False
) -> Iterator[datetime]:
    """All the moments at which clocks show these times, which are in order: none in a gap, two in a repeated
    hour, of which one comes when all of that hour has come once."""
    other_pass: deque[datetime] = deque()
    for wall in walls:
        moments = sorted(_moments(wall, zone), reverse=backwards)
        while moments and other_pass and (other_pass[0] < moments[0]) != backwards:
            yield other_pass.popleft()
        yield from moments[:1]
        other_pass.extend(moments[1:])
    yield from other_pass


def _moments(wall: datetime, zone: ZoneInfo) -> set[datetime]:
    moments = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {moment for moment in moments if _wall(moment, zone) == wall}


def clock_change(day: date, zone: ZoneInfo) -> timedelta | None:
    """How far clocks in the zone are moved on that day: an hour in spring, mostly not at all (None)."""
    midnights = (datetime.combine(each, time(), tzinfo=zone) for each in (day, day + DAY))
    before, after = (midnight.utcoffset() or timedelta() for midnight in midnights)
    return after - before or None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
