"""Quiet hours on any clock, held against one that is watched minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.wishes.quiet_hours import QuietHours
from tests.tasks.oracle import DAY, MINUTE, clock, walk
from tests.tasks.schedules import ZONES, moments_around_clock_changes

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7), BERLIN)
times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
small_hours = st.builds(time, st.integers(0, 4), st.sampled_from([0, 15, 30, 59]))


@st.composite
def hours(draw: st.DrawFn) -> tuple[QuietHours, datetime]:
    """With a moment to ask about, mostly close to a change of clocks."""
    name = draw(st.sampled_from(ZONES))
    begins, ends = draw(st.lists(times | small_hours, min_size=2, max_size=2, unique=True))
    return QuietHours(begins, ends, ZoneInfo(name)), draw(moments_around_clock_changes(name))


def watched(quiet: QuietHours, day: date, minutes: list[tuple[datetime, datetime]]) -> set[datetime]:
    """The quiet minutes of the night that begins on the day, among all (moment, wall clock)."""
    begins = datetime.combine(day, quiet.begins)
    ends = datetime.combine(day if quiet.begins < quiet.ends else day + DAY, quiet.ends)
    start = next(moment for moment, wall in minutes if wall >= begins)
    shown = [moment for moment, wall in minutes if wall == ends]
    end = shown[-1] if shown else next(moment for moment, wall in minutes if wall >= ends)
    return {moment for moment, _ in minutes if start <= moment < end}


def quiet_minutes(quiet: QuietHours, around: datetime) -> set[datetime]:
    minutes = [(each, clock(each, quiet.zone)) for each in walk(around - 4 * DAY, around + 5 * DAY, MINUTE)]
    today = clock(around, quiet.zone).date()
    return set().union(*(watched(quiet, today + days * DAY, minutes) for days in range(-2, 3)))


@given(hours())
def test_it_is_quiet_exactly_while_a_watched_clock_says_so(asked: tuple[QuietHours, datetime]) -> None:
    quiet, moment = asked
    loud_again = moment
    silent = quiet_minutes(quiet, moment)
    while loud_again in silent:
        loud_again += MINUTE
    assert quiet.until(moment) == (loud_again if moment in silent else None)


@given(hours())
def test_all_of_one_night_wait_for_the_same_end_and_none_beyond(asked: tuple[QuietHours, datetime]) -> None:
    quiet, moment = asked
    ends = {quiet.until(each) for each in walk(moment, moment + DAY, 7 * MINUTE)} - {None}
    assert len(ends) <= 3  # the night that is, those that begin within a day
    for end in ends:
        assert end is not None
        assert quiet.until(end) is None
        assert quiet.until(end - timedelta(microseconds=1)) == end


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-01-10T21:59:59+01:00", None),
        ("2026-01-10T22:00:00+01:00", "2026-01-11T07:00:00+01:00"),
        ("2026-01-11T06:59:59+01:00", "2026-01-11T07:00:00+01:00"),
        ("2026-01-11T07:00:00+01:00", None),
    ],
)
def test_a_night_like_any_other(at: str, until: str | None) -> None:
    assert NIGHT.until(datetime.fromisoformat(at)) == (until and datetime.fromisoformat(until))


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    """From the first 2:15 until the second 2:45 of the night in which clocks go from 3:00 back to 2:00."""
    quiet = QuietHours(time(2, 15), time(2, 45), BERLIN)
    end = datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
    assert quiet.until(datetime(2026, 10, 25, 0, 14, tzinfo=UTC)) is None
    for minutes in (15, 50, 70, 104):
        assert quiet.until(datetime(2026, 10, 25, tzinfo=UTC) + minutes * MINUTE) == end
    assert quiet.until(end) is None


def test_what_is_left_out_of_a_night_begins_and_ends_after_the_gap() -> None:
    after_the_gap = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert QuietHours(time(22), time(2, 30), BERLIN).until(after_the_gap - MINUTE) == after_the_gap
    assert QuietHours(time(2, 30), time(5), BERLIN).until(after_the_gap - MINUTE) is None
    assert QuietHours(time(2, 30), time(5), BERLIN).until(after_the_gap) == after_the_gap + 120 * MINUTE
    assert QuietHours(time(2, 10), time(2, 50), BERLIN).until(after_the_gap) is None


def test_a_night_that_clocks_set_back_run_into_the_next_ends_with_it() -> None:
    """From 2:45 until 2:15: the hour that comes twice belongs to both nights."""
    quiet = QuietHours(time(2, 45), time(2, 15), BERLIN)
    in_the_first = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert quiet.until(in_the_first) == datetime(2026, 10, 26, 1, 15, tzinfo=UTC)


def test_a_day_that_is_left_out() -> None:
    """Samoa had no 30 December 2011: the night before it ends, and that of it begins, at its midnight."""
    quiet = QuietHours(time(22), time(7), ZoneInfo("Pacific/Apia"))
    last_evening = datetime(2011, 12, 30, 9, tzinfo=UTC)  # 23:00 on the 29th
    assert quiet.until(last_evening) == datetime(2011, 12, 30, 17, tzinfo=UTC)  # 7:00 on the 31st
