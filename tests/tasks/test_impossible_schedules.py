"""What can never be, and what is not understood, is refused at its field, at once, and whatever day it is."""

import ast
import inspect
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import crontabs, recurrence, rules
from tasks.recurrence import Schedule, ScheduleError

NINE = datetime(2030, 1, 1, 9)
NEVER = "There is no day on which this could ever be."
CLOCKS = {
    "now",
    "today",
    "utcnow",
    "time_ns",
    "monotonic",
    "localtime",
    "gmtime",
    "localdate",
    "database_now",
}


def refusal(**parts: Any) -> tuple[str, str]:
    """At which field, and in which words."""
    with pytest.raises(ScheduleError) as refused:
        Schedule(**{"time_zone": "Europe/Berlin", **parts}).settled()
    return refused.value.field, str(refused.value)


@pytest.mark.parametrize(
    "crontab",
    [
        "0 0 30 2 *",
        "0 0 31 2 *",
        "0 0 30,31 2 *",
        "0 0 31 2,4,6,9,11 *",
        "0 0 31 2 */2",
        "0 0 LW 2 */7",  # the last working day of a month, if it is a Sunday
    ],
)
def test_crontabs_for_days_that_never_come(crontab: str) -> None:
    assert refusal(crontab=crontab) == ("crontab", NEVER)


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4,6",
        "FREQ=DAILY;BYMONTHDAY=-31;BYMONTH=9",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=-5MO;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",  # begun on a Tuesday
        "FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYMONTH=2;BYSETPOS=2",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",  # begun in January
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3",
        "FREQ=YEARLY;INTERVAL=20;BYMONTHDAY=29;BYMONTH=2",  # begun in 2030
    ],
)
def test_rules_for_days_that_never_come(rrule: str) -> None:
    assert refusal(starts=NINE, rrule=rrule) == ("rrule", NEVER)


@pytest.mark.parametrize(
    "possible",
    [
        {"crontab": "0 0 29 2 *"},
        {"crontab": "0 0 29 2 */7"},
        {"crontab": "0 0 30 2 1"},  # or on Mondays
        {"crontab": "0 0 * 2 MON#5"},
        {"rrule": "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2"},
        {"rrule": "FREQ=DAILY;BYMONTHDAY=29;BYMONTH=2;BYDAY=MO"},
        {"rrule": "FREQ=MONTHLY;BYDAY=5SU;BYMONTH=2"},
        {"rrule": "FREQ=YEARLY;INTERVAL=7;BYMONTHDAY=29;BYMONTH=2;BYDAY=MO"},
        {"rrule": "FREQ=YEARLY;BYDAY=53MO"},
        {"rrule": "FREQ=DAILY;INTERVAL=1000"},
    ],
)
def test_what_comes_rarely_is_accepted(possible: dict[str, Any]) -> None:
    schedule = Schedule("Europe/Berlin", NINE, **possible).settled()
    assert schedule.after(NINE.replace(year=2029, tzinfo=UTC))


@pytest.mark.parametrize(
    ("parts", "field", "words"),
    [
        ({"crontab": "0 9 * *"}, "crontab", "five fields"),
        ({"crontab": "0 0 9 * * *"}, "crontab", "five fields"),
        ({"crontab": "61 9 * * *"}, "crontab", "“61” is not understood as minute"),
        ({"crontab": "0 25 * * *"}, "crontab", "“25” is not understood as hour"),
        ({"crontab": "0 9 32 * *"}, "crontab", "“32” is not understood as day of month"),
        ({"crontab": "0 9 * FEBRUARY *"}, "crontab", "“FEBRUARY” is not understood as month"),
        ({"crontab": "0 9 * * 5-1"}, "crontab", "“5-1” is not understood as day of week"),
        ({"crontab": "0 9 * * MON#1/2"}, "crontab", "not understood"),
        ({"crontab": "*/0 * * * *"}, "crontab", "“*/0” is not understood as minute"),
        ({"crontab": "* " * 200}, "crontab", "at most 200"),
        ({"starts": NINE, "rrule": "FREQ=HOURLY"}, "rrule", "Use a crontab"),
        ({"starts": NINE, "rrule": "FREQ=DAILY;COUNT=3"}, "rrule", "Give the number of times separately"),
        ({"starts": NINE, "rrule": "FREQ=DAILY;BYDAY=1MO"}, "rrule", "BYDAY takes numbers"),
        ({"starts": NINE, "rrule": "FREQ=YEARLY;BYMONTH=2;BYDAY=53MO"}, "rrule", "more than five"),
        ({"starts": NINE, "rrule": "FREQ=DAILY;INTERVAL=1001"}, "rrule", "INTERVAL"),
        ({"starts": NINE, "rrule": "FREQ=DAILY", "crontab": "0 9 * * *"}, "crontab", "not both"),
        ({"rrule": "FREQ=DAILY"}, "starts", "Say when"),
        ({}, "starts", "Say when"),
        ({"starts": NINE, "ends_at": NINE.replace(year=2029, tzinfo=UTC)}, "ends_at", "ends before"),
        ({"starts": NINE.replace(year=9999)}, "starts", "The year must be"),
        ({"crontab": "0 9 * * *", "ends_at": NINE.replace(year=9999, tzinfo=UTC)}, "ends_at", "The year"),
        ({"starts": NINE, "rrule": "FREQ=DAILY", "max_runs": 0}, "max_runs", "from 1 to 1000"),
        ({"crontab": "0 9 * * *", "max_runs": 3}, "starts", "from when"),
        ({"starts": NINE, "time_zone": "Mars/Olympus"}, "time_zone", "not a time zone"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(parts: dict[str, Any], field: str, words: str) -> None:
    refused_at, said = refusal(**parts)
    assert refused_at == field
    assert words in said


def names_in(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Attribute | ast.Name):
            yield node.attr if isinstance(node, ast.Attribute) else node.id


@pytest.mark.parametrize("module", [recurrence, rules, crontabs])
def test_no_clock_is_read(module: ModuleType) -> None:
    assert not CLOCKS & set(names_in(module))


odd_text = st.text(max_size=30)
near_crontabs = st.lists(st.text("0123456789*/,-#LW?MONJ ", max_size=6), min_size=4, max_size=6).map(" ".join)
near_rules = st.lists(
    st.builds(
        "{}={}".format,
        st.sampled_from(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST", "COUNT"]),
        st.sampled_from(
            ["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "MO", "53MO", "-5SU", "29", "-31", "366", "2"]
        )
        | st.text("0123456789,+-MOSU", max_size=8),
    ),
    min_size=1,
    max_size=6,
).map(lambda parts: ";".join(["FREQ=YEARLY", *parts] if len(parts) % 2 else parts))
any_schedule = st.builds(
    Schedule,
    time_zone=st.sampled_from(["Europe/Berlin", "Pacific/Apia", "UTC"]) | odd_text,
    starts=st.none() | st.datetimes(),
    rrule=st.just("") | near_rules | odd_text,
    crontab=st.just("") | st.just("") | near_crontabs | odd_text,
    ends_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    max_runs=st.none() | st.integers(),
)
A_LOT = 3.0


def settled_or_refused(typed: Schedule) -> Schedule | ScheduleError:
    try:
        return typed.settled()
    except ScheduleError as error:
        return error


@settings(max_examples=300)
@given(any_schedule, st.datetimes(timezones=st.just(UTC)))
def test_whatever_is_typed_is_settled_or_refused_at_once(typed: Schedule, moment: datetime) -> None:
    began = time.process_time()
    outcome = settled_or_refused(typed)
    if isinstance(outcome, ScheduleError):
        assert str(outcome)
        assert outcome.field in {"time_zone", "starts", "rrule", "crontab", "ends_at", "max_runs"}
    else:
        assert outcome.settled() == outcome
        outcome.after(moment)
        outcome.latest(moment)
    assert time.process_time() - began < A_LOT


@pytest.mark.parametrize("max_runs", [None, 1000])
@pytest.mark.parametrize(
    "rare",
    [
        {"crontab": "0 0 29 2 */7"},
        {"crontab": "0 0 * 2 MON#5"},
        {"crontab": "* * 29 2 *"},
        {"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"},
        {"rrule": "FREQ=DAILY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29"},
        {"rrule": "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5;BYMONTH=2"},
        {"rrule": "FREQ=YEARLY;INTERVAL=20;BYMONTHDAY=29;BYMONTH=2;BYDAY=MO"},
        {"rrule": "FREQ=WEEKLY;INTERVAL=200;BYMONTH=2"},
        {"rrule": "FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYMONTH=2;BYSETPOS=2"},
    ],
)
def test_what_comes_rarely_takes_no_time(rare: dict[str, Any], max_runs: int | None) -> None:
    began = time.process_time()
    typed = Schedule("Europe/Berlin", datetime(2024, 2, 29, 9), max_runs=max_runs, **rare)
    outcome = settled_or_refused(typed)
    if isinstance(outcome, Schedule):
        assert outcome.latest(datetime(8000, 1, 1, tzinfo=UTC))
        outcome.after(datetime(2090, 1, 1, tzinfo=UTC))
        outcome.latest(datetime(2090, 1, 1, tzinfo=UTC))
    assert time.process_time() - began < A_LOT
