"""Run now: once more beside the schedule, and once for a button that is pressed twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tasks.clock import database_now
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.tasks.firings import HOUR, MINUTELY, second, stored
from tests.tasks.kinds import handled_by
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


@pytest.fixture
def task(owner: User) -> Task:
    return stored(owner, MINUTELY, second(3600))


def asked_for(task: Task, *, ago: timedelta = timedelta(0), **fields: Any) -> Run:
    """A run that somebody asked for, and what has become of it since."""
    run = task.run_now()
    Run.objects.filter(pk=run.pk).update(due_at=run.due_at - ago, **fields)
    return run


def test_pressed_twice_it_runs_once(client: Client, owner: User, task: Task) -> None:
    client.force_login(owner)
    for _ in range(2):
        assert client.post(f"/tasks/{task.pk}/runs/").status_code == 302
    assert Run.objects.count() == 1


@pytest.mark.parametrize("round_", range(4))
def test_pressed_at_the_same_moment_it_runs_once(task: Task, round_: int) -> None:
    asked = together(*(Task.objects.get(pk=task.pk).run_now for _ in range(4)))
    assert asked == [Run.objects.get()] * 4


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (HOUR, Run.State.PENDING),
        (HOUR, Run.State.RUNNING),
        (timedelta(seconds=1), Run.State.COMPLETED),
    ],
)
def test_one_that_is_under_way_or_was_just_done_is_what_is_asked_for(
    task: Task, ago: timedelta, state: str
) -> None:
    assert asked_for(task, ago=ago, state=state) == task.run_now()


@pytest.mark.parametrize(
    "became",
    [
        {"state": Run.State.COMPLETED, "ago": timedelta(seconds=6)},
        {"state": Run.State.FAILED},
        {"state": Run.State.CANCELLED},
        {"state": Run.State.RUNNING, "cancel_requested_at": timezone.now()},
    ],
    ids=["done a while ago", "failed", "cancelled", "being cancelled"],
)
def test_after_one_that_is_over_it_runs_anew(task: Task, became: dict[str, Any]) -> None:
    assert asked_for(task, **became) != task.run_now()


def test_a_firing_of_the_schedule_is_another_run(owner: User) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    fire_due()
    assert Run.objects.get() != task.run_now()


def test_it_is_never_taken_for_a_firing(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when it was asked for at a whole second."""
    monkeypatch.setattr("tasks.models.database_now", lambda: database_now().replace(microsecond=0))
    run = task.run_now()
    assert (run.is_beside_schedule, task.run_now()) == (True, run)
