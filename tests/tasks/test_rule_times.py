"""When rules of RFC 5545 and single times fire, held against an oracle that walks calendars day by day."""

from bisect import bisect
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tasks.recurrence import Schedule, ScheduleError, resolve
from tests.tasks.oracle import DAY, clock, moment_of, rule_days, rule_firings
from tests.tasks.schedules import LAST_YEAR, moments, moments_around_clock_changes, rules, zones

SECOND = timedelta(seconds=1)
UNTIL = datetime(LAST_YEAR + 1, 1, 1)


def settled_or_never(schedule: Schedule) -> Schedule:
    """The settled schedule; where it is refused, the oracle must know no day of it either."""
    try:
        return schedule.settled()
    except ScheduleError:
        never = schedule.starts and rule_days(schedule.rrule, schedule.starts.date(), UNTIL.date()) == []
        assume(not never)
        raise


@st.composite
def beginnings(draw: st.DrawFn, zone: str) -> datetime:
    """Times of the wall clock, many of them at hours that clock changes leave out or repeat."""
    around = draw(st.booleans())
    moment = draw(moments_around_clock_changes(zone) if around else moments)
    return clock(moment, ZoneInfo(zone)) + timedelta(minutes=draw(st.sampled_from([0, -30, 60])))


@settings(max_examples=60)
@given(st.data(), zones, rules())
def test_they_are_what_the_oracle_says(data: st.DataObject, zone: str, rrule: str) -> None:
    starts = data.draw(beginnings(zone))
    schedule = settled_or_never(Schedule(zone, starts, rrule=rrule))
    until = min(starts + 1500 * DAY, UNTIL)
    expected = rule_firings(rrule, starts, ZoneInfo(zone), until.date(), most=25)
    before = resolve(starts, ZoneInfo(zone)) - SECOND
    assert schedule.upcoming(before, len(expected)) == expected


@settings(max_examples=60)
@given(st.data(), zones, rules(), st.integers(0, 3000))
def test_from_any_moment_on_and_back_none_is_left_out(
    data: st.DataObject, zone: str, rrule: str, days: int
) -> None:
    starts = data.draw(beginnings(zone))
    schedule = settled_or_never(Schedule(zone, starts, rrule=rrule))
    moment = min(starts + days * DAY, UNTIL - 500 * DAY).replace(tzinfo=UTC) + timedelta(hours=7)
    rule = rule_days(rrule, starts.date(), (moment + 450 * DAY).date())
    middle = bisect(rule, moment.date())
    near = [
        moment_of(datetime.combine(day, starts.time()), ZoneInfo(zone))
        for day in rule[max(0, middle - 3) : middle + 5]
    ]
    before, later = (
        [each for each in near if each <= moment],
        [each for each in near if each > moment],
    )
    assert schedule.upcoming(moment, len(later)) == later
    assert schedule.latest(moment) == (before[-1] if before else None)
    for one, following in pairwise(near):
        assert schedule.after(one) == schedule.after(following - SECOND) == following
        assert schedule.latest(one) == schedule.latest(following - SECOND) == one


@given(st.data(), zones, rules(), st.integers(1, 30), st.integers(0, 2000))
def test_none_is_before_the_beginning_nor_after_the_end(
    data: st.DataObject, zone: str, rrule: str, max_runs: int, days: int
) -> None:
    starts = data.draw(beginnings(zone))
    endless = settled_or_never(Schedule(zone, starts, rrule=rrule))
    long_before = resolve(starts, ZoneInfo(zone)) - 3000 * DAY
    expected = endless.upcoming(long_before, max_runs)
    assert expected[0] >= resolve(starts, ZoneInfo(zone))
    counted = Schedule(zone, starts, rrule=rrule, max_runs=max_runs).settled()
    assert counted.upcoming(long_before, max_runs + 10) == expected
    assert counted.latest(UNTIL.replace(year=8000, tzinfo=UTC)) == expected[-1]
    ended = Schedule(zone, starts, rrule=rrule, ends_at=expected[0] + days * DAY).settled()
    assert ended.upcoming(long_before, max_runs) == [
        firing for firing in expected if firing <= expected[0] + days * DAY
    ]


@given(st.data(), zones, rules())
def test_a_settled_one_is_settled(data: st.DataObject, zone: str, rrule: str) -> None:
    max_runs = data.draw(st.none() | st.integers(1, 30))
    schedule = settled_or_never(Schedule(zone, data.draw(beginnings(zone)), rrule=rrule, max_runs=max_runs))
    assert schedule.settled() == schedule
    assert schedule.starts
    first = resolve(schedule.starts, ZoneInfo(zone))
    assert schedule.after(first - SECOND) == first, "it begins at its first occurrence"


@given(st.data(), zones)
def test_once_is_when_clocks_first_show_it(data: st.DataObject, zone: str) -> None:
    starts = data.draw(beginnings(zone))
    schedule = Schedule(zone, starts).settled()
    moment = moment_of(starts, ZoneInfo(zone))
    assert schedule.upcoming(moment - 900 * DAY, 3) == [moment]
    assert schedule.after(moment - SECOND) == moment
    assert schedule.after(moment) is None
    assert schedule.latest(moment - SECOND) is None
    assert schedule.latest(moment) == schedule.latest(moment + 900 * DAY) == moment


@given(st.data(), zones, st.integers(0, 999_999))
def test_a_moment_is_kept_to_the_second(data: st.DataObject, zone: str, microsecond: int) -> None:
    moment = data.draw(moments_around_clock_changes(zone)).replace(microsecond=microsecond)
    schedule = Schedule.at(moment, zone).settled()
    [firing] = schedule.upcoming(moment - DAY, 2)
    assert timedelta() <= firing - moment < SECOND


@pytest.mark.parametrize(
    ("rrule", "days"),
    [
        # RFC 5545, 3.8.5.3: its own examples.
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
            ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
            ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
        ),
        ("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", ["1997-08-07", "1997-09-04", "1997-10-07", "1997-11-06"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", ["1997-08-28", "1997-09-29", "1997-10-30"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13"]),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", ["1997-08-09", "1997-09-13", "1997-10-11"]),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", ["1997-11-04", "2001-11-06"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["1998-05-18", "1999-05-17", "2000-05-15"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", ["1997-08-29", "1997-09-28", "1997-10-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30", ["1997-08-15", "1997-08-30", "1997-09-15", "1997-09-30"]),
        # Of a week, BYSETPOS picks also when the rule begins in the middle of it.
        ("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", ["1997-08-11", "1997-08-18"]),
    ],
)
def test_calendars_agree(rrule: str, days: list[str]) -> None:
    schedule = Schedule("UTC", datetime(1997, 8, 5, 9), rrule=rrule).settled()
    found = schedule.upcoming(datetime(1997, 8, 5, tzinfo=UTC), len(days))
    assert [f"{moment:%Y-%m-%d}" for moment in found] == days
