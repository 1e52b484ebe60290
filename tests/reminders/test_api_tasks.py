"""A reminder that a program asks for among its tasks is a reminder like any other."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from reminders.models import Reminder
from tasks.models import Task
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.factories import make_user
from tests.reminders.kinds import LATER, reminder_of
from tests.tasks.api.answers import TASKS, errors

pytestmark = pytest.mark.django_db

SOON = "2100-01-01T09:00:00Z"


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def ask(program: APIClient, **body: Any) -> Any:
    asked = {"kind": "reminder", "title": "Water the\nplants", "run_at": SOON, **body}
    return program.post(TASKS, asked, format="json")


def test_it_is_the_same_as_by_its_own_door(program: APIClient, owner: User, client: Client) -> None:
    answer = ask(program, params={"text": "All of them"}, description="From a script").json()
    reminder = Reminder.objects.visible_to(owner).get()
    assert reminder.title == "Water the plants"
    assert reminder.params == {**reminder_of(owner).params, "text": "All of them"}
    assert answer["html_url"] == f"http://testserver/reminders/{reminder.pk}/"
    client.force_login(owner)
    page = client.get(reminder.get_absolute_url()).text
    assert "All of them" in page
    assert "From a script" in page
    assert "Water the plants" in client.get("/reminders/").text


def test_open_lists_of_reminders_are_told(
    program: APIClient, owner: User, pushes: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    for send in (
        lambda: ask(program),
        lambda: program.patch(f"{TASKS}{Task.objects.get().pk}/", {"title": "Other"}, format="json"),
        lambda: program.delete(f"{TASKS}{Task.objects.get().pk}/"),
    ):
        pushes.clear()
        with django_capture_on_commit_callbacks(execute=True):
            assert send().status_code in {200, 201, 204}
        assert ([owner.pk], {"topic": "runs"}) in pushes


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"run_at": None}, "run_at", "Say when."),
        ({"title": ""}, "title", "Say what you want to be reminded of."),
        ({"params": {"email": False, "in_app": False}}, "params.email", "Choose at least one way"),
        ({"params": {"recipients": ["nobody"]}}, "params.recipients", "Nobody here is called “nobody”."),
        ({"params": {"recipients": "anna"}}, "params.recipients", "Input should be a valid list"),
        ({"params": {"recipients": [1]}}, "params.recipients", "Name people by address"),
        ({"params": {"nag_every": 0}}, "params.nag_every", "Input should be greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    program: APIClient, body: dict[str, Any], field: str, message: str
) -> None:
    found = errors(ask(program, **body))
    assert list(found) == [field]
    assert message in found[field]
    assert not Task.objects.exists()


def test_people_are_shown_as_they_were_named(program: APIClient) -> None:
    friend = make_user("friend", email="secret@example.org")
    answer = ask(program, params={"recipients": ["friend"]})
    assert Task.objects.get().params["recipients"] == [friend.pk]
    assert answer.json()["params"]["recipients"] == ["friend"]


def test_it_is_paused_rung_and_deleted_as_a_task(program: APIClient, owner: User) -> None:
    reminder = reminder_of(owner, schedule=LATER)
    address = f"{TASKS}{reminder.pk}/"
    assert program.patch(address, {"paused": True}, format="json").json()["status"] == "paused"
    assert program.post(f"{address}runs/").status_code == 201
    assert program.delete(address).status_code == 204
    assert not Reminder.objects.exists()
