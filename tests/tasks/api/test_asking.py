"""Programs ask for tasks: at once, at a moment, again and again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.api.outputs import RunDetailSerializer, TaskDetailSerializer
from tasks.api.schedules import ScheduleOutput
from tasks.models import Run, Task
from tests.api.clients import program_of
from tests.tasks.api.answers import TASKS, errors, path_of
from tests.tasks.kinds import NAME, handled_by

pytestmark = pytest.mark.django_db


def ask(program: APIClient, **body: Any) -> Any:
    return program.post(TASKS, {"kind": NAME} | body, format="json")


def test_without_a_schedule_it_is_done_at_once(program: APIClient, owner: User) -> None:
    answer = ask(program, title=" To\nday ", description="For the board.", params={"steps": 5})
    assert answer.status_code == 201
    task = Task.objects.get()
    run = task.runs.get()
    assert (task.owner, task.title, task.description) == (owner, "To day", "For the board.")
    assert (task.params, run.state) == ({"steps": 5}, "pending")
    address = f"http://testserver/api/tasks/{task.pk}/"
    assert answer.headers["Location"] == address
    assert answer.json() == {
        "id": task.pk,
        "url": address,
        "html_url": f"http://testserver/tasks/{task.pk}/",
        "kind": NAME,
        "title": "To day",
        "description": "For the board.",
        "status": "pending",
        "schedule": None,
        "missed": "latest",
        "expires_after": None,
        "next_run_at": None,
        "paused_at": None,
        "created_at": task.created_at.isoformat().replace("+00:00", "Z"),
        "links": {
            "self": address,
            "page": f"http://testserver/tasks/{task.pk}/",
            "runs": f"{address}runs/",
            "last_run": f"http://testserver/api/runs/{run.pk}/",
        },
        "params": {"steps": 5},
    }


def test_at_a_moment(program: APIClient) -> None:
    answer = ask(program, run_at="2100-01-01T09:00:00+01:00", missed="skip", expires_after=60).json()
    task = Task.objects.get()
    assert task.next_run_at == datetime(2100, 1, 1, 8, tzinfo=UTC)
    assert (task.missed, task.expires_after, Run.objects.count()) == ("skip", 60, 0)
    assert (answer["status"], answer["next_run_at"]) == ("scheduled", "2100-01-01T08:00:00Z")
    assert answer["schedule"]["run_at"] == "2100-01-01T08:00:00Z"
    assert "last_run" not in answer["links"]


def test_again_and_again(program: APIClient) -> None:
    answer = ask(program, crontab="0 9 1 1 *", timezone="Europe/Vienna", starts="2100-01-01T00:00:00").json()
    assert answer["next_run_at"] == "2100-01-01T08:00:00Z"
    assert answer["schedule"] == {
        "run_at": None,
        "crontab": "0 9 1 1 *",
        "rrule": None,
        "starts": "2100-01-01T00:00:00",
        "timezone": "Europe/Vienna",
        "ends_at": None,
        "max_runs": None,
        "words": "Every year on the 1st of January at 09:00",
    }


def test_a_title_is_the_kinds_when_there_is_none(program: APIClient) -> None:
    assert ask(program).json()["title"] == "Steps"
    assert ask(program, title=" ").json()["title"] == "Steps"


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"kind": "no.such"}, "kind", "There is no kind “no.such” to ask for."),
        ({"kind": None}, "kind", "This field may not be null."),
        ({"kind": {}}, "kind", "Not a valid string."),
        ({"title": "x" * 201}, "title", "Ensure this field has no more than 200 characters."),
        ({"description": "x" * 2001}, "description", "Ensure this field has no more than 2000 characters."),
        ({"params": [1]}, "params", 'Expected a dictionary of items but got type "list".'),
        ({"params": {"steps": "many"}}, "params.steps", "Input should be a valid integer"),
        ({"params": {"stairs": 1}}, "params.stairs", "Extra inputs are not permitted"),
        ({"run_at": "2020-01-01T00:00:00Z"}, "run_at", "That time has passed."),
        ({"crontab": "hourly"}, "crontab", "A crontab has five fields"),
        ({"missed": "skip"}, "missed", "It goes with a schedule."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_makes_nothing(
    program: APIClient, body: dict[str, Any], field: str, message: str
) -> None:
    found = errors(ask(program, **body))
    assert list(found) == [field]
    assert message in found[field]
    assert not Task.objects.exists()


def test_without_a_kind_there_is_nothing_to_do(program: APIClient) -> None:
    assert errors(program.post(TASKS, {}, format="json")) == {"kind": "This field is required."}


@pytest.mark.parametrize("kind", ["mail.letter", "broadcast", "notification.email", NAME])
def test_kinds_that_are_not_open_are_refused(program: APIClient, kind: str) -> None:
    with handled_by(lambda run: None):
        assert errors(ask(program, kind=kind)) == {"kind": f"There is no kind “{kind}” to ask for."}
    assert not Task.objects.exists()


def test_who_may_only_read_asks_for_nothing(owner: User) -> None:
    assert ask(program_of(owner, can_write=False)).status_code == 403
    assert ask(program_of(owner, resources=["notes"])).status_code == 403
    assert not Task.objects.exists()


def test_the_links_lead_to_what_they_name(program: APIClient) -> None:
    links = ask(program).json()["links"]
    assert program.get(path_of(links["self"])).json()["links"] == links
    assert program.get(path_of(links["last_run"])).json()["links"]["task"] == links["self"]
    assert len(program.get(path_of(links["runs"])).json()["results"]) == 1


@pytest.mark.parametrize("serializer", [TaskDetailSerializer, RunDetailSerializer])
def test_what_is_shown_is_what_is_described(program: APIClient, serializer: type[Any]) -> None:
    links = ask(program, run_at="2100-01-01T09:00:00Z").json()["links"]
    run = program.post(path_of(links["runs"])).json()
    shown = run if serializer is RunDetailSerializer else program.get(path_of(links["self"])).json()
    assert list(shown) == list(serializer().fields)
    if serializer is TaskDetailSerializer:
        assert list(shown["schedule"]) == list(ScheduleOutput().fields)
