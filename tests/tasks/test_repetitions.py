"""The repetitions that a form offers, and the rules that they stand for."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.recurrence import Schedule
from tasks.repetitions import AS_IT_IS, REPETITIONS, UNITS, repetition_of, rule_of, weekdays_of
from tasks.rules import WEEKDAYS, Rule, RuleError

STARTS = datetime(2030, 1, 8, 8, 30)  # the second Tuesday
BY_RULE = [name for name in REPETITIONS if name not in {"once", "crontab"}]
STARTS_OF_ANY_YEAR = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(
    repeat=st.sampled_from(BY_RULE),
    starts=STARTS_OF_ANY_YEAR,
    interval=st.integers(1, 20),
    days=st.lists(st.sampled_from(WEEKDAYS), unique=True),
)
def test_each_is_known_again_from_the_rule_that_is_stored(
    repeat: str, starts: datetime, interval: int, days: list[str]
) -> None:
    stored = Schedule("UTC", starts, rule_of(repeat, starts, interval, days)).settled()
    assert stored.starts is not None
    rule = Rule.parse(stored.rrule)
    known = repetition_of(rule, stored.starts)
    again = rule_of(known, stored.starts, rule.interval, weekdays_of(rule, stored.starts))
    assert Rule.parse(again) == rule
    is_workdays = repeat == "weekly" and tuple(days) == WEEKDAYS[:5] and interval == 1
    assert known == ("weekdays" if is_workdays else repeat)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=6",
        "FREQ=WEEKLY;BYDAY=TU;WKST=SU",
        "FREQ=WEEKLY;BYDAY=TU;BYMONTH=1",
        "FREQ=MONTHLY;BYMONTHDAY=8,15",
        "FREQ=MONTHLY;BYMONTHDAY=9",
        "FREQ=MONTHLY;BYDAY=2TU,4TU",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=8",
        "FREQ=YEARLY;BYDAY=2TU",
    ],
)
def test_other_rules_are_none_of_them(rule: str) -> None:
    assert repetition_of(Rule.parse(rule), STARTS) == AS_IT_IS


@pytest.mark.parametrize(
    ("rule", "repeat"),
    [
        ("FREQ=WEEKLY", "weekly"),
        ("FREQ=MONTHLY", "monthly"),
        ("FREQ=YEARLY", "yearly"),
        ("FREQ=YEARLY;BYMONTHDAY=8;BYMONTH=1", "yearly"),
    ],
)
def test_what_a_rule_leaves_to_its_beginning_is_read_from_there(rule: str, repeat: str) -> None:
    assert repetition_of(Rule.parse(rule), STARTS) == repeat


@pytest.mark.parametrize("repeat", UNITS)
def test_an_interval_may_be_as_long_as_is_said(repeat: str) -> None:
    longest = UNITS[repeat].longest
    assert Rule.parse(rule_of(repeat, STARTS, longest)).interval == longest
    with pytest.raises(RuleError):
        Rule.parse(rule_of(repeat, STARTS, longest + 1))
