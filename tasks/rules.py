"""RFC 5545 rules, as far as reminders need them, on wall-clock time."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, timedelta
from functools import lru_cache
from itertools import count, groupby, takewhile
from typing import Any, Literal

from dateutil import rrule as dateutil

FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": dateutil.DAILY,
    "WEEKLY": dateutil.WEEKLY,
    "MONTHLY": dateutil.MONTHLY,
    "YEARLY": dateutil.YEARLY,
}
SECOND = timedelta(seconds=1)
LONGEST_INTERVALS = {"DAILY": 1000, "WEEKLY": 200, "MONTHLY": 100, "YEARLY": 20}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)", re.ASCII)
NUMBER = re.compile(r"[+-]?[0-9]{1,4}", re.ASCII)
WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
INSTEAD = {
    "COUNT": "Give the number of times separately.",
    "UNTIL": "Give the end separately.",
    "BYHOUR": "Use a crontab for what comes more than once a day.",
    "BYMINUTE": "Use a crontab for what comes more than once a day.",
    "BYSECOND": "Use a crontab for what comes more than once a day.",
}


class RuleError(ValueError):
    """Its text tells people what is wrong with a rule."""


@dataclass(frozen=True)
class Rule:
    """A rule that was understood. The parts are None where the rule does not give them."""

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] | None = None  # (0 for Monday, which one or 0 for all)
    month_days: tuple[int, ...] | None = None
    months: tuple[int, ...] | None = None
    positions: tuple[int, ...] | None = None
    week_start: int = 0

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Rule:
        """Understand the value of an RRULE. Raises RuleError."""
        parts = _parts(text)
        rule = cls(
            frequency=_frequency(parts.pop("FREQ", "")),
            interval=_numbers("INTERVAL", parts.pop("INTERVAL", "1"), 1, 1000)[0],
            weekdays=_weekdays(parts.pop("BYDAY", None)),
            month_days=_optional("BYMONTHDAY", parts.pop("BYMONTHDAY", None), 31, negative=True),
            months=_optional("BYMONTH", parts.pop("BYMONTH", None), 12),
            positions=_optional("BYSETPOS", parts.pop("BYSETPOS", None), 366, negative=True),
            week_start=_week_start(parts.pop("WKST", "MO")),
        )
        for name in parts:
            raise RuleError(f"{name} is not supported. {INSTEAD.get(name, '')}".strip())
        rule._check()
        return rule

    def __str__(self) -> str:
        """The rule's text, each part in its place."""
        days = (
            None if self.weekdays is None else [f"{nth or ''}{WEEKDAYS[day]}" for day, nth in self.weekdays]
        )
        parts: dict[str, Any] = {
            "FREQ": [self.frequency],
            "INTERVAL": [self.interval] if self.interval > 1 else None,
            "BYMONTH": self.months,
            "BYMONTHDAY": self.month_days,
            "BYDAY": days,
            "BYSETPOS": self.positions,
            "WKST": [WEEKDAYS[self.week_start]] if self.week_start else None,
        }
        return ";".join(f"{name}={','.join(map(str, values))}" for name, values in parts.items() if values)

    def first(self, starts: datetime) -> datetime | None:
        """The first occurrence from `starts` on; None if there can be none."""
        can_be = self.begun(starts)._can_be(starts.date())
        return next(self.from_on(starts, starts), None) if can_be else None

    def from_on(self, starts: datetime, low: datetime, high: datetime | None = None) -> Iterator[datetime]:
        """The occurrences of the rule beginning at `starts` from `low`, which is not earlier, to `high`.

        What it costs does not grow with the time between `starts` and `low`.
        """
        rule = self.begun(starts)
        if rule._counts_days:
            return takewhile(lambda wall: high is None or wall <= high, rule._by_counting_days(starts, low))
        if rule.frequency == "DAILY" and (rule.months or rule.month_days):
            return rule._days_of_years(starts, low, high)
        return (found for found in rule._dateutil(rule._moved(starts, low), high) if found >= low)

    def back_from(self, starts: datetime, high: datetime) -> Iterator[datetime]:
        """The occurrences of the rule beginning at `starts`, the last one first: at `high` or earlier."""
        days = 2 * self.interval * {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[self.frequency]
        while high >= starts:
            low = max(starts, high - timedelta(days=days)) if (high - starts).days > days else starts
            yield from reversed(list(self.from_on(starts, low, high)))
            high, days = low - SECOND, days * 4

    def _check(self) -> None:
        if self.interval > LONGEST_INTERVALS[self.frequency]:
            raise RuleError(
                f"INTERVAL goes up to {LONGEST_INTERVALS[self.frequency]} with FREQ={self.frequency}."
            )
        if self.frequency in {"DAILY", "WEEKLY"} and any(nth for _, nth in self.weekdays or ()):
            raise RuleError("BYDAY takes numbers with FREQ=MONTHLY and FREQ=YEARLY only.")
        if self.frequency == "WEEKLY" and self.month_days:
            raise RuleError("BYMONTHDAY does not go with FREQ=WEEKLY.")
        if self._counts_in_months and any(abs(nth) > 5 for _, nth in self.weekdays or ()):
            raise RuleError("No month has more than five of a weekday.")

    @property
    def _counts_in_months(self) -> bool:
        """Whether “the second Tuesday” is that of a month, and not of a year."""
        return self.frequency == "MONTHLY" or bool(self.months)

    def begun(self, starts: datetime) -> Rule:
        """The same rule with what its beginning says: "monthly", begun on the 9th, is on the 9th."""
        if self.weekdays or self.month_days or self.frequency == "DAILY":
            return self
        if self.frequency == "WEEKLY":
            return replace(self, weekdays=((starts.weekday(), 0),))
        months = (starts.month,) if self.frequency == "YEARLY" else None
        return replace(self, month_days=(starts.day,), months=self.months or months)

    def _dateutil(self, starts: datetime, until: datetime | None) -> dateutil.rrule:
        days = [dateutil.weekday(day, nth or None) for day, nth in self._weekdays_of_one_sort()]
        return dateutil.rrule(
            FREQUENCIES[self.frequency],
            dtstart=starts,
            until=until,
            interval=self.interval,
            wkst=dateutil.weekday(self.week_start),
            byweekday=days or None,
            bymonthday=self.month_days,
            bymonth=self.months,
            bysetpos=self.positions,
        )

    def _weekdays_of_one_sort(self) -> Iterator[tuple[int, int]]:
        """All numbered or none: of “MO,1TU”, dateutil would take what is both."""
        numbered = any(nth for _, nth in self.weekdays or ())
        for day, nth in self.weekdays or ():
            if numbered and not nth:
                yield from ((day, each) for each in range(1, 6 if self._counts_in_months else 54))
            else:
                yield day, nth

    @property
    def _counts_days(self) -> bool:
        """Whether it is every so many days, or weeks, on certain days of the week, and no more than that."""
        is_short = self.frequency == "WEEKLY" or (self.frequency == "DAILY" and not self.weekdays)
        return is_short and not (self.months or self.month_days or self.positions)

    def _by_counting_days(self, starts: datetime, low: datetime) -> Iterator[datetime]:
        """What most rules give, without dateutil, which takes four times as long to begin."""
        first, step, offsets = starts, self.interval, [0]
        if self.frequency == "WEEKLY":
            first -= timedelta(days=(starts.weekday() - self.week_start) % 7)
            step, offsets = step * 7, sorted({(day - self.week_start) % 7 for day, _ in self.weekdays or ()})
        passed = max(0, (low - first).days // step) * step
        for days in count(passed, step):
            for offset in offsets:
                try:
                    wall = first + timedelta(days=days + offset)
                except OverflowError:  # at the end of the calendar
                    return
                if wall >= low:
                    yield wall

    def _days_of_years(self, starts: datetime, low: datetime, high: datetime | None) -> Iterator[datetime]:
        """What a daily rule gives that is for some days of the year alone; dateutil would try every day."""
        weekdays = self.weekdays or tuple((day, 0) for day in range(7))
        yearly = replace(self, frequency="YEARLY", interval=1, weekdays=weekdays, positions=None)
        for found in yearly.from_on(starts, low, high):
            if (found - starts).days % self.interval == 0:
                yield found

    def _can_be(self, starts: date) -> bool:
        """Whether any period holds enough days that fit: dateutil would go on looking to the year 9999.

        The rarest that can be, 29 February on a certain weekday, comes every 28 years, 40 over 2100.
        """
        years = range(starts.year, starts.year + 50)
        if self.frequency == "YEARLY":
            years = range(starts.year, starts.year + 40 * self.interval, self.interval)
        days = (day for year in years if year <= MAXYEAR for day in _days_of(year) if self._fits(day, starts))
        periods = groupby(days, key=lambda day: self._periods_between(starts, day))
        least = min(map(abs, self.positions or (1,)))
        return any(sum(1 for _ in period) >= least for _, period in periods)

    def _fits(self, day: date, starts: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.weekdays and not any(self._is_weekday(day, *weekday) for weekday in self.weekdays):
            return False
        if self.month_days:
            from_the_end = day.day - monthrange(day.year, day.month)[1] - 1
            if day.day not in self.month_days and from_the_end not in self.month_days:
                return False
        return day >= starts and self._periods_between(starts, day) % self.interval == 0

    def _is_weekday(self, day: date, weekday: int, nth: int) -> bool:
        """Whether it is that day of the week, and the nth of its month or year, if that is asked for."""
        if day.weekday() != weekday or not nth:
            return day.weekday() == weekday
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        if self._counts_in_months:
            first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        return nth == ((day - first).days // 7 + 1 if nth > 0 else -((last - day).days // 7) - 1)

    def _periods_between(self, starts: date, day: date) -> int:
        if self.frequency == "DAILY":
            return (day - starts).days
        if self.frequency == "WEEKLY":
            week = starts - timedelta(days=(starts.weekday() - self.week_start) % 7)
            return (day - week).days // 7
        if self.frequency == "MONTHLY":
            return (day.year - starts.year) * 12 + day.month - starts.month
        return day.year - starts.year

    def _moved(self, starts: datetime, low: datetime) -> datetime:
        """`starts` moved towards `low` by a whole number of intervals, so that the rule goes on as it was.

        With FREQ=WEEKLY it is the first day of a week: BYSETPOS picks from all of it.
        """
        if self.frequency in {"DAILY", "WEEKLY"}:
            if self.frequency == "WEEKLY":
                starts -= timedelta(days=(starts.weekday() - self.week_start) % 7)
            days = self.interval * (7 if self.frequency == "WEEKLY" else 1)
            steps = (low - starts).days // days - 1
            return starts + timedelta(days=steps * days) if steps > 0 else starts
        months = self.interval * (12 if self.frequency == "YEARLY" else 1)
        steps = ((low.year - starts.year) * 12 + low.month - starts.month) // months - 1
        if steps <= 0:
            return starts
        month = starts.year * 12 + (starts.month - 1 if self.frequency == "MONTHLY" else 0) + steps * months
        return starts.replace(year=month // 12, month=month % 12 + 1, day=1)


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1).toordinal()
    return map(date.fromordinal, range(first, first + 365 + isleap(year)))


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.rstrip(";").split(";"):
        found = PART.fullmatch(part)
        if not found:
            raise RuleError(f"“{part[:40]}” is not a part of a rule, such as FREQ=WEEKLY or BYDAY=MO,FR.")
        if found[1] in parts:
            raise RuleError(f"{found[1]} is given twice.")
        parts[found[1]] = found[2]
    return parts


def _frequency(value: str) -> str:
    if value in {"HOURLY", "MINUTELY", "SECONDLY"}:
        raise RuleError("Use a crontab for what comes more than once a day.")
    if value not in FREQUENCIES:
        raise RuleError("A rule begins with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    return value


def _numbers(name: str, value: str, lowest: int, highest: int, *, negative: bool = False) -> tuple[int, ...]:
    numbers = [int(one) if NUMBER.fullmatch(one) else 0 for one in value.split(",")]
    for typed, number in zip(value.split(","), numbers, strict=True):
        if not lowest <= (abs(number) if negative else number) <= highest:
            raise RuleError(f"“{typed[:20]}” is not a number that {name} takes.")
    if name == "INTERVAL" and len(numbers) > 1:
        raise RuleError("INTERVAL is one number.")
    return tuple(dict.fromkeys(numbers))


def _optional(
    name: str, value: str | None, highest: int, *, negative: bool = False
) -> tuple[int, ...] | None:
    return None if value is None else _numbers(name, value, 1, highest, negative=negative)


def _weekdays(value: str | None) -> tuple[tuple[int, int], ...] | None:
    if value is None:
        return None
    days = []
    for typed in value.split(","):
        found = WEEKDAY.fullmatch(typed)
        if not found or (found[1] and not 1 <= abs(int(found[1])) <= 53):
            raise RuleError(f"“{typed[:20]}” is not a day that BYDAY takes, such as MO, 2TU or -1FR.")
        days.append((WEEKDAYS.index(found[2]), int(found[1] or 0)))
    return tuple(dict.fromkeys(days))


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise RuleError(f"“{value[:20]}” is not a day that WKST takes.")
    return WEEKDAYS.index(value)
