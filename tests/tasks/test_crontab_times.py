"""When crontabs fire, held against an oracle that walks clocks minute by minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.recurrence import Schedule, resolve
from tests.tasks.oracle import (
    DAY,
    MINUTE,
    crontab_day_matcher,
    crontab_firings,
    walk,
)
from tests.tasks.schedules import (
    crontab_days,
    crontabs,
    crontabs_of_most_days,
    moments,
    moments_around_clock_changes,
    walls,
    zones,
)

SECOND = timedelta(seconds=1)


def firings(schedule: Schedule, since: datetime, until: datetime) -> list[datetime]:
    """At `since` or later and before `until`, each asked for from the last one."""
    found, moment = [], since - SECOND
    while (following := schedule.after(moment)) and following < until:
        found.append(following)
        moment = following
    return found


def firings_backwards(schedule: Schedule, since: datetime, until: datetime) -> list[datetime]:
    found, moment = [], until
    while (before := schedule.latest(moment - SECOND)) and before >= since:
        found.append(before)
        moment = before
    return found[::-1]


@settings(max_examples=100)
@given(st.data(), zones, crontabs_of_most_days)
def test_around_clock_changes_they_are_what_the_oracle_says(
    data: st.DataObject, zone: str, crontab: str
) -> None:
    since = data.draw(moments_around_clock_changes(zone))
    until = since + timedelta(hours=data.draw(st.integers(1, 60)))
    schedule = Schedule(zone, crontab=crontab).settled()
    expected = crontab_firings(crontab, ZoneInfo(zone), since, until)
    assert firings(schedule, since, until) == expected
    assert firings_backwards(schedule, since, until) == expected


@settings(max_examples=40)
@given(zones, crontabs, moments)
def test_at_any_time_they_are_what_the_oracle_says(zone: str, crontab: str, since: datetime) -> None:
    schedule, until = Schedule(zone, crontab=crontab).settled(), since + 2 * DAY
    expected = crontab_firings(crontab, ZoneInfo(zone), since, until)
    assert firings(schedule, since, until) == expected
    assert firings_backwards(schedule, since, until) == expected


@settings(max_examples=60)
@given(zones, crontab_days, walls)
def test_of_years_no_day_is_left_out(zone: str, days: str, wall: datetime) -> None:
    """At noon, when no zone changes its clocks."""
    schedule = Schedule(zone, crontab=f"0 12 {days}").settled()
    first = wall.date()
    matches = crontab_day_matcher(*days.split())
    expected = [day for day in walk(first, first + 800 * DAY, DAY) if matches(day)][:40]
    since = resolve(datetime.combine(first, datetime.min.time()), ZoneInfo(zone)) - SECOND
    found = [moment.astimezone(ZoneInfo(zone)) for moment in schedule.upcoming(since, len(expected))]
    assert [moment.date() for moment in found] == expected
    assert {(moment.hour, moment.minute) for moment in found} <= {(12, 0)}


@settings(max_examples=40)
@given(st.data(), zones, crontabs_of_most_days)
def test_none_is_before_the_beginning_nor_after_the_end(data: st.DataObject, zone: str, crontab: str) -> None:
    begins = data.draw(moments_around_clock_changes(zone))
    starts = begins.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    ends_at = begins + timedelta(minutes=data.draw(st.integers(0, 3000)))
    expected = crontab_firings(crontab, ZoneInfo(zone), resolve(starts, ZoneInfo(zone)), ends_at + MINUTE)
    schedule = Schedule(zone, starts, crontab=crontab, ends_at=ends_at)
    for since in (begins - 3 * DAY, begins - MINUTE, begins):
        found = firings(schedule, since, begins + 4 * DAY)
        assert found == [each for each in expected if each >= since]
    assert schedule.latest(begins + 4 * DAY) == (expected[-1] if expected else None)


@settings(max_examples=40)
@given(zones, crontabs, walls, st.integers(1, 40))
def test_a_number_of_times_is_kept_to(zone: str, crontab: str, starts: datetime, max_runs: int) -> None:
    schedule = Schedule(zone, starts, crontab=crontab, max_runs=max_runs).settled()
    before = resolve(starts, ZoneInfo(zone)) - SECOND
    endless = Schedule(zone, starts, crontab=crontab).settled()
    assert schedule.upcoming(before, max_runs + 10) == endless.upcoming(before, max_runs)
    assert schedule.ends_at == endless.upcoming(before, max_runs)[-1]


@pytest.mark.parametrize(
    ("crontab", "zone", "expected"),
    [
        # Clocks in Lord Howe leave out half an hour, from 02:00 on, on 6 October 2024.
        ("*/10 3 6 10 *", "Australia/Lord_Howe", [(2024, 10, 5, 16, minute) for minute in range(0, 60, 10)]),
        # And repeat the one from 01:30 on, on 7 April.
        ("*/30 2 7 4 *", "Australia/Lord_Howe", [(2024, 4, 6, 15, 30), (2024, 4, 6, 16, 0)]),
        # In Santiago, 8 September begins at one.
        ("*/30 1 8 9 *", "America/Santiago", [(2024, 9, 8, 4, 0), (2024, 9, 8, 4, 30)]),
        ("0 0 8 9 *", "America/Santiago", [(2024, 9, 8, 4, 0)]),
    ],
)
def test_no_time_is_left_out_after_a_clock_change(
    crontab: str, zone: str, expected: list[tuple[int, ...]]
) -> None:
    schedule = Schedule(zone, crontab=crontab).settled()
    since = datetime(2024, 1, 1, tzinfo=UTC)
    found = schedule.upcoming(since, len(expected))
    assert [(each.year, each.month, each.day, each.hour, each.minute) for each in found] == expected
