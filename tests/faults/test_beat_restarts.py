"""Beat was away over due times, and comes back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from mail.kinds import Letter
from notifications.models import Notification
from reminders.door import remind
from tasks.clock import database_now
from tasks.door import Schedule, schedule
from tasks.models import Heartbeat, Run, Task
from tests.servers import Server, wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

OFFSETS = (-1.0, -0.5, 0.0, 0.5, 1.0)  # seconds from when it is due to when Beat is killed
LETTER = Letter(address="guest@example.net", subject="Hello", text="Hello.")


def letter(owner: User, when: Schedule, **options: object) -> Task:
    return schedule("mail.letter", owner=owner, params=LETTER, schedule=when, **options)  # type: ignore[arg-type]


def in_seconds(seconds: float) -> datetime:
    return database_now().replace(microsecond=0) + timedelta(seconds=seconds)


def hourly_since(owner: User, hours: int, **options: object) -> tuple[Task, list[datetime]]:
    """A task that fires every hour, whose last so many firings nobody was there for; with their moments."""
    half_past_ago = database_now() - timedelta(minutes=30)
    task = letter(owner, Schedule("UTC", crontab=f"{half_past_ago.minute} * * * *"), **options)
    assert task.next_run_at is not None
    missed = [task.next_run_at - timedelta(hours=each) for each in range(hours, 0, -1)]
    Task.objects.filter(pk=task.pk).update(next_run_at=missed[0])
    return task, missed


def due_times(task: Task) -> list[datetime]:
    return list(Run.objects.filter(task=task).order_by("due_at").values_list("due_at", flat=True))


def start_beat(processes: Stack) -> None:
    """Start it and return once it has looked."""
    Heartbeat.objects.all().delete()
    processes.start_beat()
    wait_until(lambda: Heartbeat.objects.filter(name="scheduler").exists(), 30)


def has_moved_on(task: Task) -> bool:
    return Task.objects.filter(pk=task.pk, next_run_at__gt=database_now()).exists()


def test_each_task_says_what_becomes_of_missed_firings(processes: Stack, owner: User) -> None:
    latest, times = hourly_since(owner, 4)
    skip, _ = hourly_since(owner, 4, missed=Task.Missed.SKIP)
    every, _ = hourly_since(owner, 4, missed=Task.Missed.ALL)
    very_long, many_times = hourly_since(owner, 300, missed=Task.Missed.ALL)
    processes.start_beat()
    for task in (latest, skip, every, very_long):
        wait_until(lambda task=task: has_moved_on(task), 30)  # type: ignore[misc]
    assert due_times(latest) == times[-1:]
    assert due_times(skip) == []
    assert due_times(every) == times
    assert due_times(very_long) == many_times[-100:]


def test_what_came_too_late_to_be_worth_it_has_expired_and_its_owner_is_told(
    processes: Stack, owner: User, sink: Sink
) -> None:
    task, times = hourly_since(owner, 2, expires_after=600)
    Task.objects.filter(pk=task.pk).update(kind_name="reminder", title="Call", params={})
    processes.start_worker()
    processes.start_beat()
    wait_until(lambda: Run.objects.filter(task=task, state=Run.State.EXPIRED).exists(), 30)
    assert due_times(task) == times[-1:]
    assert Notification.objects.get().title == "Call came too late"
    assert sink.count() == 0


def test_what_is_due_once_runs_once_whenever_beat_is_killed(processes: Stack, owner: User) -> None:
    start_beat(processes)
    due_at_of: dict[int, datetime] = {}
    for offset in OFFSETS:
        due_at = in_seconds(2)
        task = letter(owner, Schedule.at(due_at, "Europe/Berlin"))
        due_at_of[task.pk] = due_at
        moment = due_at + timedelta(seconds=offset)
        wait_until(lambda moment=moment: database_now() >= moment, 10, interval=0.005)  # type: ignore[misc]
        processes.kill("beat")
        start_beat(processes)
        wait_until(lambda task=task: Run.objects.filter(task=task).exists(), 30)  # type: ignore[misc]
    wait_until(lambda: database_now() >= due_at + timedelta(seconds=3), 10)
    assert dict(Run.objects.order_by("due_at").values_list("task", "due_at")) == due_at_of
    assert Run.objects.count() == len(OFFSETS)
    assert not Task.objects.filter(next_run_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("broker", "how"), [("valkey", "kill"), ("valkey", "pause"), ("rabbit", "pause")], indirect=["broker"]
)
def test_what_comes_due_while_the_broker_is_away_runs_once_it_is_back(
    processes: Stack, owner: User, sink: Sink, broker: Server, how: str
) -> None:
    processes.start_worker()
    start_beat(processes)
    schedule = Schedule.at(in_seconds(2), "UTC")
    reminder = remind(owner, title="Call the bank", schedule=schedule)
    away: dict[str, Callable[[], None]] = {"kill": broker.kill, "pause": broker.pause}
    away[how]()
    wait_until(lambda: Run.objects.filter(task=reminder).exists(), 30)
    assert sink.count() == 0
    broker.start() if how == "kill" else broker.resume()
    wait_until(lambda: sink.count() == 1, 60)
    wait_until(lambda: Run.objects.get(task=reminder).state == Run.State.COMPLETED, 30)
    processes.raise_if_ended("beat")
    assert due_times(reminder) == [schedule.after(database_now() - timedelta(days=1))]
    assert Notification.objects.get().title == "Call the bank"
    assert sink.recipients() == [owner.email]
