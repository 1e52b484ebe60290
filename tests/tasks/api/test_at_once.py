"""Programs change tasks at the same moment as others, and as Beat fires them."""

from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.clock import database_now
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.api.clients import make_token
from tests.tasks.api.answers import TASKS
from tests.tasks.firings import MINUTELY, due_times, second, stored
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

SOON = "2100-01-01T09:00:00Z"


@pytest.fixture
def secret(owner: User) -> str:
    return make_token(owner)[1]


def change(secret: str, task: Task, **body: Any) -> Any:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client.patch(f"{TASKS}{task.pk}/", body, format="json")


def delete(secret: str, task: Task) -> Any:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client.delete(f"{TASKS}{task.pk}/")


@pytest.mark.parametrize("round_", range(4))
def test_changes_of_different_fields_both_hold(owner: User, secret: str, round_: int) -> None:
    task = stored(owner, MINUTELY, second(3600))
    answers: list[Any] = together(
        partial(change, secret, task, title="Another", missed="all"),
        partial(change, secret, task, description="Words", run_at=SOON),
        partial(change, secret, task, paused=True),
    )
    assert {answer.status_code for answer in answers} == {200}
    task.refresh_from_db()
    assert (task.title, task.description, task.missed) == ("Another", "Words", "all")
    assert (bool(task.paused_at), task.next_run_at) == (True, None)
    assert task.schedule == Schedule("UTC", task.starts)


@pytest.mark.parametrize("round_", range(4))
def test_changes_of_the_same_fields_are_one_or_the_other_as_a_whole(
    owner: User, secret: str, round_: int
) -> None:
    task = stored(owner, MINUTELY, second(3600))
    together(
        partial(change, secret, task, title="One", crontab="0 1 1 1 *"),
        partial(change, secret, task, title="Two", crontab="0 2 2 2 *"),
    )
    task.refresh_from_db()
    assert (task.title, task.crontab) in {("One", "0 1 1 1 *"), ("Two", "0 2 2 2 *")}
    assert task.schedule
    assert task.next_run_at == task.schedule.after(database_now())


@pytest.mark.parametrize("round_", range(4))
def test_given_another_time_while_it_fires(owner: User, secret: str, round_: int) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    answer: Any
    answer, fired = together(partial(change, secret, task, run_at=SOON, title="Later"), fire_due)
    assert (answer.status_code, answer.json()["next_run_at"]) == (200, SOON)
    assert fired in (0, 1)
    assert len(due_times(task)) == fired, "by the old schedule or not at all"
    assert fire_due() == 0


@pytest.mark.parametrize("round_", range(4))
def test_paused_while_it_fires_for_the_last_time(owner: User, secret: str, round_: int) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    answer: Any
    answer, _ = together(partial(change, secret, task, paused=True, title="Another"), fire_due)
    task.refresh_from_db()
    has_fired = bool(due_times(task))
    assert answer.status_code == (409 if has_fired else 200)
    assert (bool(task.paused_at), task.title) == ((False, "Steps") if has_fired else (True, "Another"))


@pytest.mark.parametrize("round_", range(4))
def test_deleted_while_it_is_changed_and_fires(owner: User, secret: str, round_: int) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    deleted, changed, _ = together(
        partial(delete, secret, task), partial(change, secret, task, run_at=SOON), fire_due
    )
    assert getattr(deleted, "status_code", None) == 204
    assert getattr(changed, "status_code", None) in {200, 404}
    assert not Task.objects.exists()
    assert not Run.objects.exists()
