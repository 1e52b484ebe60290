"""Accepting tasks with a schedule, and what their owners do with them afterwards."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from tasks.door import Schedule, schedule, start
from tasks.models import Task
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db

EVERY_MORNING = Schedule("Europe/Berlin", crontab="0 9 * * *")


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


def scheduled(owner: User, when: Schedule = EVERY_MORNING, **options: Any) -> Task:
    return schedule(NAME, owner=owner, params=Steps(), schedule=when, **options)


def in_an_hour() -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=1)


def test_it_has_its_next_time_and_no_run_yet(owner: User) -> None:
    task = scheduled(owner, Schedule.at(in_an_hour(), "Asia/Kolkata"))
    assert task.next_run_at == in_an_hour()
    assert not task.runs.exists()
    assert Task.objects.with_last_run().get().status == "scheduled"


def test_its_schedule_comes_back_as_it_was(owner: User) -> None:
    rule = Schedule(
        "Europe/Berlin", datetime(2030, 1, 7, 8, 30), rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", max_runs=5
    )
    task = Task.objects.get(pk=scheduled(owner, rule).pk)
    assert task.schedule == rule.settled()
    assert task.next_run_at == datetime(2030, 1, 7, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "field"),
    [
        (Schedule("Europe/Berlin", datetime(2020, 1, 1, 9)), "starts"),
        (Schedule("Europe/Berlin", crontab="0 9 30 2 *"), "crontab"),
        (Schedule("Europe/Nowhere", crontab="0 9 * * *"), "time_zone"),
        (Schedule("UTC", datetime(2030, 1, 1, 9), rrule="FREQ=SOMETIMES"), "rrule"),
    ],
)
def test_what_can_never_fire_is_refused_at_its_field(owner: User, when: Schedule, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        scheduled(owner, when)
    assert set(refused.value.message_dict) == {field}
    assert not Task.objects.exists()


def test_a_kind_may_accept_it_differently(owner: User) -> None:
    class Counted(Steps):
        def accept(self, owner: User) -> Self:
            raise ValidationError({"steps": "Counted against today's limit."})

        def accept_scheduled(self, owner: User) -> Self:
            return self

    with pytest.raises(ValidationError):
        start(NAME, owner=owner, params=Counted())
    assert schedule(NAME, owner=owner, params=Counted(), schedule=EVERY_MORNING).next_run_at


def test_a_paused_task_has_no_next_time_until_it_is_resumed(owner: User) -> None:
    task = scheduled(owner)
    expected = task.next_run_at
    task.pause()
    assert (task.next_run_at, Task.objects.with_last_run().get().status) == (None, "paused")
    assert list(Task.objects.paused()) == [task]
    task.resume()
    assert (task.next_run_at, task.paused_at) == (expected, None)


def test_what_is_over_cannot_be_resumed(owner: User) -> None:
    task = scheduled(owner, Schedule.at(in_an_hour(), "UTC"))
    task.pause()
    Task.objects.update(starts=datetime(2020, 1, 1, 9))
    with pytest.raises(ValidationError):
        task.resume()
    assert Task.objects.get().paused_at


def test_what_has_fired_for_the_last_time_cannot_be_paused(owner: User) -> None:
    task = scheduled(owner, Schedule.at(in_an_hour(), "UTC"))
    Task.objects.update(starts=datetime(2020, 1, 1, 9), next_run_at=None)
    with pytest.raises(ValidationError):
        task.pause()
    assert Task.objects.get().paused_at is None


def test_a_new_schedule_counts_from_now(owner: User) -> None:
    task = scheduled(owner)
    task.reschedule(Schedule.at(in_an_hour(), "UTC"))
    assert Task.objects.get().next_run_at == in_an_hour()
    assert Task.objects.get().crontab == ""


def test_a_new_schedule_does_not_wake_a_paused_task(owner: User) -> None:
    task = scheduled(owner)
    task.pause()
    task.reschedule(Schedule("UTC", crontab="*/5 * * * *"))
    assert Task.objects.get().next_run_at is None


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_task_that_lost_its_schedule_fires_no_more_and_keeps_its_runs(owner: User, is_paused: bool) -> None:
    task = scheduled(owner)
    run = task.run_now()
    if is_paused:
        task.pause()
    task.unschedule()
    task.refresh_from_db()
    assert (task.schedule, task.next_run_at, task.paused_at) == (None, None, None)
    assert task.runs.get() == run
    task.resume()
    assert task.next_run_at is None


def test_running_it_now_leaves_its_schedule_alone(owner: User) -> None:
    task = scheduled(owner)
    run = task.run_now()
    assert (run.state, Task.objects.get().next_run_at) == ("pending", task.next_run_at)


@pytest.mark.parametrize(
    "change", [Task.pause, Task.resume, Task.unschedule, lambda task: task.reschedule(EVERY_MORNING)]
)
def test_a_task_that_was_deleted_meanwhile_stays_deleted(owner: User, change: Callable[[Task], None]) -> None:
    task = scheduled(owner)
    Task.objects.get().delete()
    with pytest.raises(Task.DoesNotExist):
        change(task)
    assert not Task.objects.exists()
