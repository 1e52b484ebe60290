"""Schedules in words: "Every weekday at 08:30", "On the last day of every month at 18:00, 12 times"."""

import re
from datetime import UTC, datetime

from cronsim import CronSim

from tasks.crontabs import Crontab
from tasks.recurrence import Schedule
from tasks.rules import Rule

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
WORKDAYS = (0, 1, 2, 3, 4)
CRON_DAYS = {str(number): number for number in range(1, 32)} | {"L": -1}
CRON_WEEKDAYS = {str(number): number for number in range(8)} | {
    name[:3].upper(): number % 7 for number, name in enumerate(DAYS, start=1)
}
CRON_MONTHS = {str(number): number for number in range(1, 13)} | {
    name[:3].upper(): number for number, name in enumerate(MONTHS, start=1)
}


def describe(schedule: Schedule) -> str:
    """What people read of a settled schedule; without its zone and without a full stop."""
    if schedule.crontab:
        return _crontab(schedule.crontab) + _end(schedule)
    if schedule.starts is None:
        return "Never"
    at = f"at {schedule.starts:%H:%M:%S}".removesuffix(":00")
    if schedule.is_once:
        return f"Once, on {_date(schedule.starts)} {at}"
    return f"{_rule(Rule.parse(schedule.rrule), schedule.starts)} {at}{_end(schedule)}"


def _rule(rule: Rule, starts: datetime) -> str:
    """Rules that few people write are shown as they are: no words are better than wrong ones."""
    begun = rule.begun(starts)
    words = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}[rule.frequency](
        begun
    )
    return words if words and not begun.positions else f"By the rule {rule}"


def _daily(rule: Rule) -> str:
    if rule.weekdays or rule.month_days or rule.months:
        return ""
    return _every(rule.interval, "day")


def _weekly(rule: Rule) -> str:
    days = tuple(sorted(day for day, _ in rule.weekdays or ()))
    if rule.months:
        return ""
    if rule.interval > 1:
        return f"{_every(rule.interval, 'week')} on {_listed([DAYS[day] for day in days])}"
    if len(days) == len(DAYS):
        return "Every day"
    return "Every weekday" if days == WORKDAYS else f"Every {_listed([DAYS[day] for day in days])}"


def _monthly(rule: Rule) -> str:
    day = _day_of_month(rule)
    if not day or rule.months:
        return ""
    return f"On {day} of every month" if rule.interval == 1 else f"{_every(rule.interval, 'month')} on {day}"


def _yearly(rule: Rule) -> str:
    day = _day_of_month(rule)
    if not day or not rule.months:
        return ""
    months = _listed([MONTHS[month - 1] for month in sorted(rule.months)])
    return f"{_every(rule.interval, 'year')} on {day} of {months}"


def _day_of_month(rule: Rule) -> str:
    """Such as "the 1st and the 15th" or "the last Friday"; empty for what is both or neither."""
    if rule.month_days and not rule.weekdays:
        if any(day < 0 and ORDINALS.get(day) is None for day in rule.month_days):
            return ""
        return _listed(
            [f"the {_nth(day)}" if day > 0 else f"the {ORDINALS[day]} day" for day in rule.month_days]
        )
    if rule.weekdays and not rule.month_days and all(nth in ORDINALS for _, nth in rule.weekdays):
        if len({day for day, _ in rule.weekdays}) == 1:
            nths = [f"the {ORDINALS[nth]}" for _, nth in rule.weekdays]
            return f"{_listed(nths)} {DAYS[rule.weekdays[0][0]]}"
        return _listed([f"the {ORDINALS[nth]} {DAYS[day]}" for day, nth in rule.weekdays])
    return ""


def _crontab(crontab: str) -> str:
    """What most people write is in the words of rules; CronSim's are exact for all else."""
    text = Crontab.parse(crontab).text
    minute, hour, *days = text.split()
    if days == ["*", "*", "*"] and (often := _several_times_a_day(minute, hour)):
        return often
    on, at = _cron_days(*days), _cron_times(minute, hour)
    return f"{on} at {at}" if on and at else CronSim(text, datetime(2000, 1, 1, tzinfo=UTC)).explain()


def _several_times_a_day(minute: str, hour: str) -> str:
    if hour == "*" and (step := _even_step(minute, 60)):
        return "Every minute" if step == 1 else f"Every {step} minutes"
    if minute.isdecimal() and (step := _even_step(hour, 24)):
        every = "Every hour" if step == 1 else f"Every {step} hours"
        past = f", {int(minute)} minute{'s' if int(minute) > 1 else ''} past the hour"
        return every + (past if int(minute) else "")
    return ""


def _even_step(field: str, whole: int) -> int:
    """The n of `*/n` if it goes on evenly into the next hour, or day; 0 otherwise."""
    if field == "*":
        return 1
    step = int(found[1]) if (found := re.fullmatch(r"\*/([1-9]\d*)", field)) else 0
    return step if step and whole % step == 0 else 0


def _cron_times(minute: str, hour: str) -> str:
    hours = hour.split(",")
    if not all(number.isdecimal() for number in (minute, *hours)):
        return ""
    return _listed([f"{number:02}:{int(minute):02}" for number in sorted(set(map(int, hours)))])


def _cron_days(day: str, month: str, weekday: str) -> str:
    """In the words of the rule for the same days; empty for days that are seldom written."""
    if (day, month, weekday) == ("*", "*", "*"):
        return "Every day"
    if (day, month) == ("*", "*"):
        weekdays = _cron_weekdays(weekday)
        return _weekly(Rule("WEEKLY", weekdays=tuple((number, 0) for number in weekdays))) if weekdays else ""
    month_days = tuple(dict.fromkeys(CRON_DAYS.get(each, 0) for each in day.split(",")))
    months = tuple({CRON_MONTHS.get(each, 0) for each in month.split(",")})
    if weekday != "*" or 0 in month_days:
        return ""
    if month == "*":
        return _monthly(Rule("MONTHLY", month_days=month_days))
    return "" if 0 in months else _yearly(Rule("YEARLY", month_days=month_days, months=months))


def _cron_weekdays(field: str) -> list[int]:
    """From 0 for Monday; empty if it is more than days and ranges of days."""
    days: set[int] = set()
    for part in field.split(","):
        ends = [CRON_WEEKDAYS.get(end) for end in part.split("-")]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            return []
        days |= {(number - 1) % 7 for number in range(first, last + 1)}
    return sorted(days)


def _end(schedule: Schedule) -> str:
    if schedule.max_runs:
        return f", {schedule.max_runs} times" if schedule.max_runs > 1 else ", one time"
    if schedule.ends_at:
        return f", until {_date(schedule.ends_at.astimezone(schedule.zone))}"
    return ""


def _every(interval: int, unit: str) -> str:
    return {1: f"Every {unit}", 2: f"Every second {unit}"}.get(interval, f"Every {interval} {unit}s")


def _date(day: datetime) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _nth(number: int) -> str:
    ending = "th" if number in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
