"""When something is due: arithmetic on wall clocks and zones, without a database or a clock of its own.

Wall-clock times are naive; moments are aware, and come out in UTC, to the second. At clock changes: a
wall-clock time that does not exist is the first moment after the gap, one that comes twice is the first of
the two. Crontabs keep the rules of Debian's cron (`cronsim`): those whose minute or hour begins with `*` go
by elapsed time, and so fire in both passes of a repeated hour; day of month and day of week together mean
either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from accounts import zones
from tasks.rules import Rule, RuleError

MOST_RUNS = 1000
YEARS = range(1970, 9001)
LONGEST_TEXT = 200
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
SOME_LEAP_YEAR = datetime(2000, 1, 1, tzinfo=UTC)
DAYS_OF_MONTH = {str(day) for day in range(1, 32)}
FIELDS = ("second", "minute", "hour", "day-of-month", "month", "day-of-week")
MACROS = {
    "@HOURLY": "0 * * * *",
    "@DAILY": "0 0 * * *",
    "@MIDNIGHT": "0 0 * * *",
    "@WEEKLY": "0 0 * * 0",
    "@MONTHLY": "0 0 1 * *",
    "@YEARLY": "0 0 1 1 *",
    "@ANNUALLY": "0 0 1 1 *",
}


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
        if self.starts and self.starts.year not in YEARS:
            raise ScheduleError("starts", f"The year must be from {YEARS[0]} to {YEARS[-1]}.")
        normal = replace(
            self,
            starts=self.starts and self.starts.replace(tzinfo=None, microsecond=0, fold=0),
            crontab=_checked_crontab(self.crontab) if self.crontab else "",
        )
        return normal._with_checked_rule()._with_checked_end()

    def after(self, moment: datetime) -> datetime | None:
        """The first firing after `moment`, an aware one; None when there is none."""
        try:
            found = next((each for each in self._around(moment) if each > moment), None)
        except OverflowError:  # at the end of the calendar
            return None
        return None if found is None or (self.ends_at and found > self.ends_at) else found

    def latest(self, moment: datetime) -> datetime | None:
        """The last firing at `moment`, an aware one, or before it; None when there was none."""
        if self.ends_at:
            moment = min(moment, self.ends_at)
        try:
            low = self._shortly_before(moment)
        except OverflowError:  # at the beginning of the calendar
            return None
        found, following = None, self.after(low) if low else None
        while following and following <= moment:
            found, following = following, self.after(following)
        return found

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

    def _around(self, moment: datetime) -> Iterator[datetime]:
        """Firings from somewhere before `moment`, or from the beginning, on; in order."""
        if self.crontab:
            yield from self._by_crontab(moment)
        elif self.starts and self.rrule:
            low = max(self.starts, _wall(moment, self.zone) - DAY)
            for wall in Rule.parse(self.rrule).from_on(self.starts, low):
                yield resolve(wall, self.zone)
        elif self.starts:
            yield resolve(self.starts, self.zone)

    def _by_crontab(self, moment: datetime) -> Iterator[datetime]:
        if self.starts:
            moment = max(moment, resolve(self.starts, self.zone) - SECOND)
        for found in CronSim(self.crontab, moment.astimezone(self.zone)):
            yield found.astimezone(UTC)

    def _shortly_before(self, moment: datetime) -> datetime | None:
        """A moment with a firing between it and `moment`, and few of them; None when there is none.

        cronsim is no sure guide backwards around clock changes, but a good one to where to look.
        """
        if self.crontab:
            backwards = CronSim(self.crontab, (moment + SECOND).astimezone(self.zone), reverse=True)
            hint = next(backwards, None)
            low = None if hint is None else hint.astimezone(UTC) - SECOND
            following = low and self.after(low)
            return low if following and following <= moment else (low or moment) - DAY
        if self.rrule and self.starts:
            last = Rule.parse(self.rrule).latest(self.starts, _wall(moment, self.zone) + DAY)
            before = last and Rule.parse(self.rrule).latest(self.starts, last - 2 * DAY)
            return resolve(before or self.starts, self.zone) - SECOND if last else None
        return resolve(self.starts, self.zone) - SECOND if self.starts else None

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
        begins = (resolve(self.starts, self.zone) if self.starts else SOME_LEAP_YEAR) - SECOND
        if self.max_runs is not None:
            return self._with_end_of(self.max_runs, begins)
        if self.ends_at and self.starts and self.after(begins) is None:
            raise ScheduleError("ends_at", "This ends before it begins.")
        return self

    def _with_end_of(self, max_runs: int, begins: datetime) -> Schedule:
        if not 1 <= max_runs <= MOST_RUNS:
            raise ScheduleError("max_runs", f"It can be from 1 to {MOST_RUNS} times.")
        if self.starts is None:
            raise ScheduleError("starts", "Say from when the times are counted.")
        firings = replace(self, ends_at=None).upcoming(begins, max_runs)
        return replace(self, ends_at=firings[-1] if firings else None)


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


def clock_change(day: date, zone: ZoneInfo) -> timedelta | None:
    """How far clocks in the zone are moved on that day: an hour in spring, mostly not at all (None)."""
    midnights = (datetime.combine(each, time(), tzinfo=zone) for each in (day, day + DAY))
    before, after = (midnight.utcoffset() or timedelta() for midnight in midnights)
    return after - before or None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=4096)
def _checked_crontab(typed: str) -> str:
    """The crontab's five fields apart by single spaces. Raises ScheduleError."""
    if len(typed) > LONGEST_TEXT:
        raise ScheduleError("crontab", f"A crontab has at most {LONGEST_TEXT} characters.")
    fields = MACROS.get(typed.strip().upper(), typed.upper()).split()
    if len(fields) != 5:
        raise ScheduleError(
            "crontab", "A crontab has five fields: minute, hour, day of month, month, day of week."
        )
    crontab = " ".join(fields)
    try:
        next(CronSim(crontab, SOME_LEAP_YEAR))
    except CronSimError as error:
        raise ScheduleError("crontab", _explained(str(error), fields)) from error
    except StopIteration as error:
        raise ScheduleError("crontab", "There is no day on which this could ever be.") from error
    except (ValueError, AssertionError, TypeError) as error:  # what cronsim's parser stumbles over
        raise ScheduleError("crontab", "This crontab is not understood.") from error
    return crontab


def _explained(message: str, fields: list[str]) -> str:
    name = message.removeprefix("Bad ")
    if name not in FIELDS[1:]:
        return "This crontab is not understood."
    typed = fields[FIELDS.index(name) - 1]
    if name == "day-of-month" and all(part in DAYS_OF_MONTH for part in typed.split(",")):
        return "There is no day on which this could ever be."
    return f"“{typed[:40]}” is not understood as {name.replace('-', ' ')}."
