"""Calendar programs show reminders exactly when they ring: `icalendar` and `recurring-ical-events` read the
feed over HTTP, as a program would, and what they make of it is compared with our own schedule."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise, takewhile
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from accounts.models import User
from reminders.ical.clock_changes import clock_changes, vtimezone
from reminders.ical.recurrence import LISTED, YEARS, recurrence_of
from tasks.recurrence import Schedule
from tests.reminders.calendars import ZONES, Reader, event_of, random_schedules, stored, subscribed

pytestmark = pytest.mark.any_database

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 4])
def test_the_next_20_firings_of_200_random_schedules_are_ours(owner: User, seed: int) -> None:
    reminders = [
        (stored(owner, schedule, moment), moment) for schedule, moment in random_schedules(Random(seed), 200)
    ]
    calendar = subscribed(owner)
    assert len(calendar.events) == 200
    for reminder, moment in reminders:
        assert reminder.schedule
        expected = reminder.schedule.upcoming(moment, 20)
        assert Reader(calendar, reminder).after(moment, 20) == expected, (reminder.schedule, moment)


def rule(zone: str, starts: datetime, rrule: str, **end: Any) -> Schedule:
    return Schedule(zone, starts, rrule=rrule, **end).settled()


def crontab(zone: str, text: str, **fields: Any) -> Schedule:
    return Schedule(zone, crontab=text, **fields).settled()


HALF_PAST_TWO = datetime(2027, 1, 1, 2, 30)
HARD = [
    rule(BERLIN, HALF_PAST_TWO, "FREQ=DAILY"),  # half past two is left out once a year, and comes twice once
    rule(NEW_YORK, HALF_PAST_TWO, "FREQ=DAILY"),
    rule(LORD_HOWE, HALF_PAST_TWO.replace(minute=15), "FREQ=DAILY"),
    rule("Africa/Casablanca", HALF_PAST_TWO, "FREQ=DAILY"),
    rule("Antarctica/Troll", HALF_PAST_TWO, "FREQ=DAILY"),
    rule(BERLIN, datetime(2027, 3, 28, 2, 30), "FREQ=WEEKLY"),  # its first time does not exist
    rule(BERLIN, HALF_PAST_TWO, "FREQ=MONTHLY;BYMONTHDAY=28,31,-1"),
    rule(BERLIN, HALF_PAST_TWO, "FREQ=DAILY", max_runs=87),  # its last time does not exist
    rule(BERLIN, HALF_PAST_TWO, "FREQ=DAILY", ends_at=datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
    crontab(BERLIN, "30 * * * *"),
    crontab(BERLIN, "*/30 */2 * * *"),  # by elapsed time
    crontab(BERLIN, "30 2 * * *"),
    crontab(BERLIN, "0,30 1-3 * * *"),  # 2:30 and 3:30 would both be read as 3:30 in spring
    crontab(BERLIN, "*/10 * * * 0"),
    crontab(BERLIN, "* 2 * * *"),
    crontab(BERLIN, "30 2,4 * * *"),  # in UTC, 4:30 in summer looks like 2:30
    crontab(NEW_YORK, "30 2,7 * * *"),
    crontab("Antarctica/Troll", "0 */2 * * *"),
    crontab(LORD_HOWE, "*/30 * * * *"),
    crontab(BERLIN, "0 9 13 * 5"),  # the 13th, or a Friday
    crontab(BERLIN, "0 9 LW * *"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("schedule", HARD, ids=str)
def test_shortly_before_clock_changes_and_within_them(owner: User, schedule: Schedule) -> None:
    changes = clock_changes(schedule.zone, 2027, 2027)
    moments = [
        change.at + timedelta(minutes=each) for change in changes for each in (-4000, -1500, -60, -1, 10)
    ]
    reminders = [(stored(owner, schedule, moment), moment) for moment in moments if schedule.after(moment)]
    calendar = subscribed(owner)
    for reminder, moment in reminders:
        assert Reader(calendar, reminder).after(moment, 20) == schedule.upcoming(moment, 20), moment


@pytest.mark.django_db
@pytest.mark.parametrize("schedule", [one for one in HARD if not one.ends_at], ids=str)
def test_around_every_clock_change_for_as_long_as_promised(owner: User, schedule: Schedule) -> None:
    """Beyond, rules go on; what is listed ends with the list."""
    first = datetime(2027, 1, 1, tzinfo=UTC)
    reminder, recurrence = stored(owner, schedule, first), recurrence_of(schedule, first)
    assert recurrence
    end = max(recurrence.rdates) if len(recurrence.rdates) >= LISTED - 1 else first.replace(year=2027 + YEARS)
    reader = Reader(subscribed(owner), reminder)
    for change in clock_changes(schedule.zone, 2027, 2027 + YEARS - 1):
        low, high = change.at - timedelta(hours=6), change.at + timedelta(hours=6)
        if high < end:
            expected = takewhile(lambda moment: moment < high, schedule.upcoming(low, 720))  # noqa: B023
            assert reader.between(low, high) == list(expected), change


@pytest.mark.django_db
@pytest.mark.parametrize(
    "schedule",
    [
        rule(BERLIN, HALF_PAST_TWO, "FREQ=DAILY;INTERVAL=3"),
        rule(BERLIN, HALF_PAST_TWO.replace(hour=9), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"),
        crontab(BERLIN, "0 9 * * 1-5"),
        crontab(BERLIN, "30 * * * *"),
    ],
    ids=str,
)
def test_what_a_rule_says_repeats_for_ever(owner: User, schedule: Schedule) -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    far = moment.replace(year=moment.year + 2 * YEARS)
    reminder = stored(owner, schedule, moment)
    calendar = subscribed(owner)
    assert "UNTIL" not in event_of(calendar, reminder)["RRULE"]
    assert Reader(calendar, reminder).after(far, 20) == schedule.upcoming(far, 20)


def test_every_minute_is_one_line() -> None:
    recurrence = recurrence_of(crontab(LORD_HOWE, "* * * * *"), datetime(2027, 1, 1, tzinfo=UTC))
    assert recurrence
    assert (recurrence.rrule, recurrence.exdates, recurrence.rdates) == ("FREQ=MINUTELY", (), ())


@pytest.mark.parametrize("seed", range(5))
def test_no_schedule_makes_a_long_entry(seed: int) -> None:
    for schedule, moment in random_schedules(Random(seed), 60):
        recurrence = recurrence_of(schedule, moment)
        assert recurrence
        assert len(recurrence.rdates) + len(recurrence.exdates) <= 3 * LISTED


def test_neither_does_one_with_an_exception_for_every_minute() -> None:
    recurrence = recurrence_of(crontab(BERLIN, "* 2 * * *"), datetime(2027, 1, 1, tzinfo=UTC))
    assert recurrence
    assert recurrence.rrule.endswith(";UNTIL=20290325T005959Z")
    assert (len(recurrence.exdates), len(recurrence.rdates)) == (2 * 60, 2 * 60 + LISTED)


def test_nothing_is_shown_of_what_is_over() -> None:
    over = rule(BERLIN, HALF_PAST_TWO, "FREQ=DAILY", max_runs=3)
    assert recurrence_of(over, datetime(2027, 1, 3, 1, 30, tzinfo=UTC)) is None


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Cairo", "America/Santiago", "Asia/Gaza", "Europe/Dublin"])
def test_a_program_that_does_not_know_the_zone_reads_its_clock_off_the_calendar(zone: str) -> None:
    """Another reader of VTIMEZONE, `dateutil`, has the same clock as the system's zone."""
    calendar = Calendar()
    calendar.add_component(vtimezone(ZoneInfo(zone), 2024, 2034))
    read = tzical(StringIO(calendar.to_ical().decode())).get(zone)
    assert read
    years = [datetime(year, month, 2, tzinfo=UTC) for year in range(2024, 2035) for month in (1, 4, 7, 10)]
    changes = [change.at for change in clock_changes(ZoneInfo(zone), 2024, 2034)]
    around = [moment + timedelta(minutes=each) for moment in changes for each in (-90, -1, 0, 1, 90)]
    for moment in (*years, *around):
        local = moment.astimezone(ZoneInfo(zone))
        assert read.utcoffset(local.replace(tzinfo=None)) == local.utcoffset(), local


@pytest.mark.django_db
@pytest.mark.parametrize("zone", [BERLIN, LORD_HOWE, "Africa/Casablanca"])
def test_times_are_the_same_by_a_zone_of_another_name(owner: User, zone: str) -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    schedule = rule(zone, HALF_PAST_TWO.replace(hour=9), "FREQ=DAILY")
    reminder = stored(owner, schedule, moment)
    text = (
        subscribed(owner).to_ical().decode().replace(zone, f"Home/{zone[-5:]}")
    )  # programs remember zones by name
    calendar = Calendar.from_ical(text)
    assert event_of(calendar, reminder)["DTSTART"].dt.tzinfo != ZoneInfo(zone)
    assert Reader(calendar, reminder).after(moment, 400) == schedule.upcoming(moment, 400)


def test_clock_changes_are_found_to_the_second() -> None:
    changes = clock_changes(ZoneInfo(BERLIN), 2026, 2027)
    assert [change.at.isoformat() for change in changes] == [
        "2026-03-29T01:00:00+00:00",
        "2026-10-25T01:00:00+00:00",
        "2027-03-28T01:00:00+00:00",
        "2027-10-31T01:00:00+00:00",
    ]
    assert all(one.at < other.at for one, other in pairwise(changes))
    assert clock_changes(ZoneInfo("Asia/Kolkata"), 2024, 2034) == ()
