"""What fires when, to the minute, on days when clocks change: in three zones, both ways."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from tasks import firing
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule

DAYS = {
    "Berlin, forward": ("Europe/Berlin", "2026-03-29"),  # 02:00 becomes 03:00
    "Berlin, back": ("Europe/Berlin", "2026-10-25"),  # 03:00 becomes 02:00
    "New York, forward": ("America/New_York", "2026-03-08"),  # 02:00 becomes 03:00
    "New York, back": ("America/New_York", "2026-11-01"),  # 02:00 becomes 01:00
    "Lord Howe, forward": ("Australia/Lord_Howe", "2026-10-04"),  # 02:00 becomes 02:30
    "Lord Howe, back": ("Australia/Lord_Howe", "2026-04-05"),  # 02:00 becomes 01:30
}

# The clock it was asked for, and when that is: by UTC, and on the wall.
ONCE = [
    ("Berlin, forward", "02:30", "01:00", "03:00"),
    ("Berlin, back", "02:30", "00:30", "02:30"),
    ("New York, forward", "02:30", "07:00", "03:00"),
    ("New York, back", "01:30", "05:30", "01:30"),
    ("Lord Howe, forward", "02:15", "15:30", "02:30"),
    ("Lord Howe, back", "01:45", "14:45", "01:45"),
]

# The day before, the day, and the day after, by UTC.
DAILY = [
    ("Berlin, forward", "02:30", ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
    ("Berlin, back", "02:30", ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
    ("New York, forward", "02:30", ["03-07 07:30", "03-08 07:00", "03-09 06:30"]),
    ("New York, back", "01:30", ["10-31 05:30", "11-01 05:30", "11-02 06:30"]),
    ("Lord Howe, forward", "02:15", ["10-02 15:45", "10-03 15:30", "10-04 15:15"]),
    ("Lord Howe, back", "01:45", ["04-03 14:45", "04-04 14:45", "04-05 15:15"]),
]

# A quarter past each hour, in Lord Howe a quarter to, from before the change on: by UTC, on the wall.
HOURLY = [
    ("Berlin, forward", ["00:15", "01:15", "02:15"], ["01:15", "03:15", "04:15"]),
    ("Berlin, back", ["23:15", "00:15", "01:15", "02:15"], ["01:15", "02:15", "02:15", "03:15"]),
    ("New York, forward", ["06:15", "07:15", "08:15"], ["01:15", "03:15", "04:15"]),
    ("New York, back", ["04:15", "05:15", "06:15", "07:15"], ["00:15", "01:15", "01:15", "02:15"]),
    ("Lord Howe, forward", ["15:15", "15:45", "16:45"], ["01:45", "02:45", "03:45"]),
    ("Lord Howe, back", ["14:45", "15:15", "16:15"], ["01:45", "01:45", "02:45"]),
]


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}")


def hour_before(name: str) -> datetime:
    """A moment in the hour before the change, early enough for what is asked of it."""
    zone, day = DAYS[name]
    start = {"New York, back": "00:00"}.get(name, "01:00")
    return Schedule(zone, at(day, start)).upcoming(datetime(2026, 1, 1, tzinfo=UTC), 1)[0]


def hourly_on(name: str) -> Schedule:
    zone, _ = DAYS[name]
    return Schedule(zone, crontab="45 * * * *" if "Lord Howe" in name else "15 * * * *")


def wall_clocks(moments: list[datetime], schedule: Schedule) -> list[str]:
    return [f"{moment.astimezone(schedule.zone):%H:%M}" for moment in moments]


@pytest.mark.parametrize(("name", "asked", "by_utc", "on_the_wall"), ONCE)
def test_once(name: str, asked: str, by_utc: str, on_the_wall: str) -> None:
    zone, day = DAYS[name]
    schedule = Schedule(zone, at(day, asked)).settled()
    found = schedule.upcoming(datetime(2026, 1, 1, tzinfo=UTC), 2)
    assert [f"{moment:%H:%M}" for moment in found] == [by_utc]
    assert wall_clocks(found, schedule) == [on_the_wall]


@pytest.mark.parametrize("as_crontab", [True, False])
@pytest.mark.parametrize(("name", "asked", "by_utc"), DAILY)
def test_daily(name: str, asked: str, by_utc: list[str], as_crontab: bool) -> None:
    zone, day = DAYS[name]
    starts = at(day, asked) - timedelta(days=1)
    how: dict[str, Any] = {"rrule": "FREQ=DAILY"}
    if as_crontab:
        how = {"crontab": f"{starts.minute} {starts.hour} * * *"}
    schedule = Schedule(zone, starts, **how).settled()
    found = schedule.upcoming(datetime(2026, 1, 1, tzinfo=UTC), 3)
    assert [f"{moment:%m-%d %H:%M}" for moment in found] == by_utc


@pytest.mark.parametrize(("name", "by_utc", "on_the_wall"), HOURLY)
def test_hourly(name: str, by_utc: list[str], on_the_wall: list[str]) -> None:
    schedule = hourly_on(name).settled()
    found = schedule.upcoming(hour_before(name), len(by_utc))
    assert [f"{moment:%H:%M}" for moment in found] == by_utc
    assert wall_clocks(found, schedule) == on_the_wall


# Through the database: the clock is moved on in steps of five minutes over the night of the change.

NIGHTS = {
    "Berlin, forward": (["29 01:00"], ["29 00:15", "29 01:15", "29 02:15"]),
    "Berlin, back": (["25 00:30"], ["24 23:15", "25 00:15", "25 01:15", "25 02:15"]),
    "New York, forward": (["08 07:00"], ["08 06:15", "08 07:15", "08 08:15"]),
    "New York, back": (["01 05:30"], ["01 04:15", "01 05:15", "01 06:15", "01 07:15"]),
    "Lord Howe, forward": (["03 15:30"], ["03 15:15", "03 15:45", "03 16:45"]),
    "Lord Howe, back": (["04 14:45"], ["04 14:45", "04 15:15", "04 16:15"]),
}


def stored(owner: User, schedule: Schedule, after: datetime) -> Task:
    task = Task(owner=owner, kind_name="test.steps", title="Steps", next_run_at=schedule.after(after))
    task.schedule = schedule.settled()
    task.save()
    return task


@pytest.mark.django_db
@pytest.mark.parametrize("name", NIGHTS)
def test_rows_fire_at_these_moments(owner: User, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (zone, day), (due, hourly_due) = DAYS[name], NIGHTS[name]
    asked = next(asked for each, asked, *_ in ONCE if each == name)
    now = before = hour_before(name)
    once = stored(owner, Schedule(zone, at(day, asked)), before)
    daily = stored(owner, Schedule(zone, at(day, asked), rrule="FREQ=DAILY"), before)
    hourly = stored(owner, hourly_on(name), before)
    monkeypatch.setattr(firing, "database_now", lambda: now)
    last = len(hourly_due) - 1
    while Run.objects.filter(task=hourly).count() <= last:
        now += timedelta(minutes=5)
        fire_due()
        assert now < before + timedelta(hours=5)
    fired: dict[int, list[str]] = {task.pk: [] for task in (once, daily, hourly)}
    for run in Run.objects.order_by("due_at"):
        fired[run.task_id].append(f"{run.due_at:%d %H:%M}")
    assert fired == {once.pk: due, daily.pk: due, hourly.pk: hourly_due}
