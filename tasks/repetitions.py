"""The repetitions that most people want, as rules; and which of them a stored rule is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.rules import LONGEST_INTERVALS, WEEKDAYS, Rule, RuleError

REPETITIONS = {
    "once": "Once",
    "daily": "Every day",
    "weekdays": "Every weekday, Monday to Friday",
    "weekly": "Every week, on chosen days",
    "monthly": "Every month, on this date",
    "monthly_weekday": "Every month, on this weekday, such as the second Tuesday",
    "monthly_last_weekday": "Every month, on the last such weekday",
    "monthly_last": "Every month, on its last day",
    "yearly": "Every year",
    "crontab": "By a crontab",
}
AS_IT_IS = "as_it_is"


@dataclass(frozen=True)
class Unit:
    """What an interval counts: its name in the plural, and how long the interval can be."""

    name: str
    longest: int


MONTHS = Unit("months", LONGEST_INTERVALS["MONTHLY"])
UNITS = {  # of the repetitions that may leave some out
    "daily": Unit("days", LONGEST_INTERVALS["DAILY"]),
    "weekly": Unit("weeks", LONGEST_INTERVALS["WEEKLY"]),
    "monthly": MONTHS,
    "monthly_weekday": MONTHS,
    "monthly_last_weekday": MONTHS,
    "monthly_last": MONTHS,
    "yearly": Unit("years", LONGEST_INTERVALS["YEARLY"]),
}


def rule_of(repeat: str, starts: datetime, interval: int = 1, days: Sequence[str] = ()) -> str:
    """The RRULE of one of REPETITIONS that begins at `starts`; empty for "once".

    `days`, such as MO, are those of "weekly"; without any it is that of `starts`.
    """
    weekday, nth = WEEKDAYS[starts.weekday()], (starts.day + 6) // 7
    rule = {
        "once": "",
        "daily": "FREQ=DAILY",
        "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "weekly": f"FREQ=WEEKLY;BYDAY={','.join(days or [weekday])}",
        "monthly": f"FREQ=MONTHLY;BYMONTHDAY={starts.day}",
        "monthly_weekday": f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
        "monthly_last_weekday": f"FREQ=MONTHLY;BYDAY=-1{weekday}",
        "monthly_last": "FREQ=MONTHLY;BYMONTHDAY=-1",
        "yearly": f"FREQ=YEARLY;BYMONTH={starts.month};BYMONTHDAY={starts.day}",
    }[repeat]
    return f"{rule};INTERVAL={interval}" if interval > 1 and repeat in UNITS else rule


def repetition_of(rule: Rule, starts: datetime) -> str:
    """Which of REPETITIONS a rule is that begins at `starts`; AS_IT_IS for none of them."""
    begun, days = rule.begun(starts), weekdays_of(rule, starts)
    for repeat in ("weekdays", *UNITS):
        try:
            candidate = Rule.parse(rule_of(repeat, starts, rule.interval, days))
        except RuleError:  # an interval that is too long for this one
            continue
        if candidate == begun:
            return repeat
    return AS_IT_IS


def weekdays_of(rule: Rule, starts: datetime) -> list[str]:
    """The days of a weekly rule that begins at `starts`, such as MO; none of other rules."""
    if rule.frequency != "WEEKLY":
        return []
    return [WEEKDAYS[day] for day, _ in rule.begun(starts).weekdays or ()]
