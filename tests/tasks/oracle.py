"""What a schedule means, told in the slowest and plainest way, to hold the real arithmetic against.

It walks clocks minute by minute, and calendars day by day, and knows nothing of the code it judges nor of the
libraries that uses.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
CRON_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
RULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Day = TypeVar("Day", date, datetime)


def walk(since: Day, until: Day, step: timedelta) -> Iterator[Day]:
    while since < until:
        yield since
        since += step


def clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in the zone show."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@cache
def clock_changes(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[datetime, ...]:
    """The hours, by UTC, in which clocks in the zone are changed."""
    hours = walk(datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC), HOUR)
    return tuple(hour for hour in hours if clock(hour + HOUR, zone) - clock(hour, zone) != HOUR)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """When clocks first show this minute, or, if they leave it out, one after it."""
    moment = wall.replace(tzinfo=UTC) - 18 * HOUR
    while clock(moment + 3 * HOUR, zone) < wall:  # quickly there, but not past an hour that is repeated
        moment += HOUR
    while clock(moment, zone) < wall:
        moment += MINUTE
    return moment


# Crontabs


def crontab_firings(crontab: str, zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    """At `since` or later, and before `until`, both at whole minutes."""
    minute, hour, *_ = crontab.split()
    matches = crontab_matcher(crontab)
    if minute.startswith("*") or hour.startswith("*"):
        return [moment for moment in walk(since, until, MINUTE) if matches(clock(moment, zone))]
    fired, seen = [], clock(since - 2 * DAY, zone)
    for moment in walk(since - 2 * DAY, until, MINUTE):
        now = clock(moment, zone)
        if any(matches(wall) for wall in walk(seen + MINUTE, now + MINUTE, MINUTE)) and moment >= since:
            fired.append(moment)
        seen = max(seen, now)
    return fired


def crontab_matcher(crontab: str) -> Callable[[datetime], bool]:
    """Whether a time of the wall clock is one of the crontab's."""
    minute, hour, day_of_month, month, day_of_week = crontab.split()
    minutes, hours = numbers_of(minute, range(60)), numbers_of(hour, range(24))
    on_day = crontab_day_matcher(day_of_month, month, day_of_week)
    return lambda wall: wall.minute in minutes and wall.hour in hours and on_day(wall.date())


@cache
def crontab_day_matcher(day_of_month: str, month: str, day_of_week: str) -> Callable[[date], bool]:
    days, months = numbers_of(day_of_month, range(1, 32)), numbers_of(month, range(1, 13), MONTHS, 1)
    weekdays = {number % 7 for number in numbers_of(day_of_week, range(8), CRON_DAYS)}
    either = not day_of_month.startswith("*") and not day_of_week.startswith("*")

    def matches(day: date) -> bool:
        of_month, of_week = day.day in days, day.isoweekday() % 7 in weekdays
        return day.month in months and (of_month or of_week if either else of_month and of_week)

    return cache(matches)


@cache
def numbers_of(field: str, allowed: range, names: tuple[str, ...] = (), first: int = 0) -> frozenset[int]:
    """`5`, `MON`, `1-5`, `*/2`, `10-50/20` and `3/10`, and several of them."""

    def number(text: str) -> int:
        return names.index(text) + first if text in names else int(text)

    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        if span == "*":
            some = allowed
        elif high or not step:
            some = range(number(low), number(high or low) + 1)
        else:
            some = range(number(low), allowed[-1] + 1)
        found.update(some[:: int(step or 1)])
    return frozenset(found)


# Rules of RFC 5545


def rule_firings(rrule: str, starts: datetime, zone: ZoneInfo, until: date, most: int) -> list[datetime]:
    """The first ones, those before `until`."""
    days = rule_days(rrule, starts.date(), until)[:most]
    return [moment_of(datetime.combine(day, starts.time()), zone) for day in days]


def rule_days(rrule: str, starts: date, until: date) -> list[date]:
    """The days of the rule that begins on `starts`, before `until`: of each period of the rule, one by one,
    all days that its parts allow, of which BYSETPOS picks some."""
    parts = dict(part.split("=") for part in rrule.split(";"))
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    week_start = RULE_DAYS.index(parts.get("WKST", "MO"))
    allows = day_matcher(parts, starts)

    def period(day: date) -> int:
        if frequency == "DAILY":
            return day.toordinal()
        if frequency == "WEEKLY":
            return (day.toordinal() - 1 - week_start) // 7  # the first of January of the year 1 was a Monday
        return day.year * 12 + day.month if frequency == "MONTHLY" else day.year

    found: list[date] = []
    days = walk(starts.replace(month=1, day=1) - 7 * DAY, until.replace(month=12, day=31) + 7 * DAY, DAY)
    for number, of_period in groupby(days, period):
        if number >= period(starts) and (number - period(starts)) % interval == 0:
            found += picked([day for day in of_period if allows(day)], parts.get("BYSETPOS"))
    return [day for day in found if starts <= day < until]


def picked(days: list[date], positions: str | None) -> list[date]:
    if positions is None:
        return days
    numbers = {int(number) for number in positions.split(",")}
    return [day for index, day in enumerate(days) if index + 1 in numbers or index - len(days) in numbers]


def day_matcher(parts: dict[str, str], starts: date) -> Callable[[date], bool]:
    """Whether a rule's parts, and what its beginning says where they say nothing, allow a day."""
    frequency, months = parts["FREQ"], parts.get("BYMONTH")
    weekdays, month_days = parts.get("BYDAY"), parts.get("BYMONTHDAY")
    if weekdays is None and month_days is None:
        if frequency == "WEEKLY":
            weekdays = RULE_DAYS[starts.weekday()]
        if frequency in {"MONTHLY", "YEARLY"}:
            month_days = str(starts.day)
        if frequency == "YEARLY":
            months = months or str(starts.month)
    of_year = frequency == "YEARLY" and months is None

    def allows(day: date) -> bool:
        return (
            (months is None or day.month in map(int, months.split(",")))
            and (month_days is None or bool({day.day, backwards_in_month(day)} & ints(month_days)))
            and (weekdays is None or any(is_weekday(day, each, of_year) for each in weekdays.split(",")))
        )

    return allows


def ints(text: str) -> set[int]:
    return set(map(int, text.split(",")))


@cache
def backwards_in_month(day: date) -> int:
    """-1 on its last day."""
    return -sum(1 for each in walk(day, day + 31 * DAY, DAY) if each.month == day.month)


@cache
def is_weekday(day: date, text: str, of_year: bool) -> bool:
    """`TU` on any Tuesday, `2TU` on the second of a month or year, `-1TU` on the last."""
    if RULE_DAYS[day.weekday()] != text[-2:]:
        return False
    if not text[:-2]:
        return True

    def same(days: Iterable[date]) -> int:
        return sum(1 for each in days if each.year == day.year and (of_year or each.month == day.month))

    nth = int(text[:-2])
    weeks = [day + sign * week * 7 * DAY for sign in [1 if nth < 0 else -1] for week in range(54)]
    return same(weeks) == abs(nth)
