"""Schedules in words: "Every weekday at 08:30", "On the last day of every month at 18:00, 12 times"."""

from datetime import UTC, datetime

from cronsim import CronSim

from tasks.recurrence import Schedule
from tasks.rules import Rule

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
WORKDAYS = (0, 1, 2, 3, 4)


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
        return _listed([f"the {ORDINALS[nth]} {DAYS[day]}" for day, nth in rule.weekdays])
    return ""


def _crontab(crontab: str) -> str:
    return CronSim(crontab, datetime(2000, 1, 1, tzinfo=UTC)).explain()


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
