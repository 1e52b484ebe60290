"""Crontabs as rules of RFC 5545, where those can say the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from cronsim import CronSim

SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
WORKING_DAYS = "MO,TU,WE,TH,FR"


@lru_cache(maxsize=1024)
def times_of_day(crontab: str) -> frozenset[time]:
    fields = CronSim(crontab, SOME_DAY)
    return frozenset(time(hour, minute) for hour in fields.hours for minute in fields.minutes)


def rule_in_utc(crontab: str, offsets: Iterable[timedelta]) -> str | None:
    """The rule by UTC of one that goes by elapsed time and fires in every hour of every day, while clocks are
    ahead of UTC by any of the `offsets`; None if there is none for all of them."""
    fields = CronSim(crontab, SOME_DAY)
    if len(fields.hours) < 24 or len(fields.months) < 12 or _days(fields) != {"FREQ": "DAILY"}:
        return None
    minutes = {frozenset((minute - offset // MINUTE) % 60 for minute in fields.minutes) for offset in offsets}
    if len(minutes) > 1 or any(offset % MINUTE for offset in offsets):
        return None
    [of_every_hour] = minutes
    return "FREQ=MINUTELY" if len(of_every_hour) == 60 else f"FREQ=HOURLY;BYMINUTE={_listed(of_every_hour)}"


def rule_on_the_wall(crontab: str) -> str | None:
    """The rule for a wall clock that is never changed, begun at any of its times; None if there is none."""
    fields = CronSim(crontab, SOME_DAY)
    parts = _days(fields)
    if parts is None:
        return None
    if len(fields.months) < 12:
        parts["BYMONTH"] = _listed(fields.months)
    if len(fields.hours) > 1 or len(fields.minutes) > 1:
        if "BYSETPOS" in parts:  # would pick one of the times, not of the days
            return None
        parts |= {"BYHOUR": _listed(fields.hours), "BYMINUTE": _listed(fields.minutes)}
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _days(fields: CronSim) -> dict[str, str] | None:
    """The parts of a rule that say the days; None where no rule does, as for “the 1st or a Monday”."""
    weekdays = {day if isinstance(day, tuple) else day % 7 for day in fields.weekdays}
    is_any_date = fields.days.issuperset(range(1, 32))
    is_any_weekday = weekdays.issuperset(range(7))
    is_any_day = is_any_date and is_any_weekday if fields.day_and else is_any_date or is_any_weekday
    if is_any_day:
        return {"FREQ": "DAILY"}
    if not fields.day_and:
        return None
    if CronSim.LAST_WEEKDAY in fields.days:
        is_that_alone = len(fields.days) == 1 and is_any_weekday
        return {"FREQ": "MONTHLY", "BYDAY": WORKING_DAYS, "BYSETPOS": "-1"} if is_that_alone else None
    is_weekly = all(isinstance(day, int) for day in weekdays)
    by_day = {} if is_any_weekday else {"BYDAY": ",".join(_by_day(weekdays, numbered=not is_weekly))}
    if not is_any_date:
        dates = {-1 if day == CronSim.LAST else day for day in fields.days}
        return {"FREQ": "MONTHLY", "BYMONTHDAY": _listed(dates), **by_day}
    return {"FREQ": "WEEKLY" if is_weekly else "MONTHLY", **by_day}


def _by_day(weekdays: Iterable[int | tuple[int, int]], *, numbered: bool) -> list[str]:
    """Mondays, or each of the month's one by one: `dateutil` reads “Mondays and the last Friday” as both."""
    found: dict[str, None] = {}
    for day in sorted(weekdays, key=str):
        weekday, number = day if isinstance(day, tuple) else (day, 0)
        numbers = [-1 if number == CronSim.LAST else number] if number else range(1, 6) if numbered else [0]
        found |= dict.fromkeys(f"{each or ''}{WEEKDAYS[weekday % 7]}" for each in numbers)
    return list(found)


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(numbers)))
