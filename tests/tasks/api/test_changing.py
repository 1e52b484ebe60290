"""Programs change tasks: what they name and nothing else, all of it or nothing."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.clock import database_now
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.tasks.api.answers import TASKS, errors
from tests.tasks.factories import make_task
from tests.tasks.firings import second, stored

pytestmark = pytest.mark.django_db

YEARLY = Schedule("UTC", crontab="0 9 1 1 *")
SOON = "2100-01-01T09:00:00Z"


@pytest.fixture
def task(owner: User) -> Task:
    return stored(owner, YEARLY, YEARLY.after(database_now()), description="Words")


def change(program: APIClient, task: Task, **body: Any) -> Any:
    return program.patch(f"{TASKS}{task.pk}/", body, format="json")


def columns(task: Task) -> dict[str, Any]:
    stored = Task.objects.get(pk=task.pk)
    return {field.attname: getattr(stored, field.attname) for field in Task._meta.concrete_fields}


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Another"},
        {"description": ""},
        {"missed": "all"},
        {"expires_after": 60},
        {"title": "Another", "expires_after": 60, "missed": "skip"},
        {},
    ],
)
def test_what_is_not_named_stays(program: APIClient, task: Task, changed: dict[str, Any]) -> None:
    before = columns(task)
    answer = change(program, task, **changed)
    assert answer.status_code == 200
    assert columns(task) == {**before, **changed}
    assert {name: answer.json()[name] for name in changed} == changed


def test_a_schedule_is_replaced_as_a_whole(program: APIClient, task: Task) -> None:
    change(program, task, crontab="0 12 * * *", timezone="Asia/Tokyo", ends_at="2100-01-01T00:00:00Z")
    answer = change(program, task, crontab="0 13 1 1 *", starts="2100-01-01T00:00:00").json()
    assert answer["schedule"]["ends_at"] is None
    assert answer["schedule"]["timezone"] == "UTC", "that of its owner"
    assert answer["next_run_at"] == "2100-01-01T13:00:00Z"
    answer = change(program, task, run_at=SOON).json()
    assert (answer["schedule"]["crontab"], answer["schedule"]["run_at"]) == (None, SOON)


def test_the_same_schedule_again_drops_nothing_that_is_due(program: APIClient, owner: User) -> None:
    due_at = second(-1)
    due = stored(owner, YEARLY, due_at)
    change(program, due, crontab=YEARLY.crontab, timezone="UTC", title="Another")
    due.refresh_from_db()
    assert (due.next_run_at, due.title) == (due_at, "Another")


def test_it_is_paused_and_resumed(program: APIClient, task: Task) -> None:
    paused = change(program, task, paused=True).json()
    assert (paused["status"], paused["next_run_at"], bool(paused["paused_at"])) == ("paused", None, True)
    assert change(program, task, paused=True).json() == paused
    resumed = change(program, task, paused=False).json()
    assert (resumed["status"], bool(resumed["next_run_at"])) == ("scheduled", True)
    assert change(program, task, paused=False).json() == resumed


def test_a_paused_one_is_given_another_time_and_resumed_at_once(program: APIClient, task: Task) -> None:
    change(program, task, paused=True)
    assert change(program, task, run_at=SOON).json()["next_run_at"] is None, "it stays paused"
    resumed = change(program, task, run_at=SOON, paused=False).json()
    assert (resumed["status"], resumed["next_run_at"]) == ("scheduled", SOON)


def test_one_whose_time_has_passed_can_be_neither_paused_nor_resumed(
    program: APIClient, task: Task, owner: User
) -> None:
    Task.objects.filter(pk=task.pk).update(next_run_at=None)
    before = columns(task)
    answer = change(program, task, title="Another", paused=True)
    assert (answer.status_code, answer.json()["detail"]) == (409, "Its time has passed. Give it another one.")
    assert columns(task) == before, "nothing of it"
    over = stored(owner, Schedule.at(second(-60), "UTC"), paused_at=second(-90))
    Task.objects.filter(pk=over.pk).update(next_run_at=None)
    assert change(program, over, paused=False).status_code == 409
    assert change(program, over, run_at=SOON, paused=False).status_code == 200


@pytest.mark.parametrize(
    "body", [{"run_at": SOON}, {"missed": "all"}, {"expires_after": 60}, {"paused": True}, {"paused": False}]
)
def test_one_that_was_done_at_once_has_no_schedule_to_change(
    program: APIClient, owner: User, body: dict[str, Any]
) -> None:
    task = make_task(owner)
    answer = change(program, task, title="Another", **body)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "It has no schedule: it was asked for once, at once."
    assert Task.objects.get(pk=task.pk).title == "Steps"
    assert change(program, task, title="Another", description="Words").json()["title"] == "Another"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "\u202e\n"}, "title"),
        ({"title": None}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"paused": "perhaps"}, "paused"),
        ({"run_at": "2020-01-01T00:00:00Z"}, "run_at"),
        ({"run_at": None}, "run_at"),
        ({"timezone": "Asia/Tokyo"}, "timezone"),
        ({"crontab": "* * * *"}, "crontab"),
        ({"missed": "maybe"}, "missed"),
        ({"expires_after": 0}, "expires_after"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_changes_nothing(
    program: APIClient, task: Task, body: dict[str, Any], field: str
) -> None:
    before = columns(task)
    assert list(errors(change(program, task, **{"description": "New", **body}))) == [field]
    assert columns(task) == before


def test_open_pages_are_told(
    program: APIClient, task: Task, pushes: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    for body in ({"title": "Another"}, {"run_at": SOON}, {"paused": True}):
        pushes.clear()
        with django_capture_on_commit_callbacks(execute=True):
            change(program, task, **body)
        assert ([task.owner_id], {"topic": "runs"}) in pushes


def test_it_is_deleted_with_its_runs(program: APIClient, task: Task) -> None:
    task.run_now()
    assert program.delete(f"{TASKS}{task.pk}/").status_code == 204
    assert not Task.objects.exists()
    assert not Run.objects.exists()
    assert program.get(f"{TASKS}{task.pk}/").status_code == 404


def test_somebody_elses_task_does_not_exist(program: APIClient, stranger: User) -> None:
    theirs = stored(stranger, YEARLY)
    before = columns(theirs)
    address = f"{TASKS}{theirs.pk}/"
    answers = [
        program.get(address),
        change(program, theirs, title="Mine"),
        program.delete(address),
        program.get(f"{address}runs/"),
        program.post(f"{address}runs/"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert columns(theirs) == before
