"""A note e-mailed by a program looks the same as one e-mailed on its page."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from mail.models import DailyCount
from notes.emails import last_runs, to_come
from notes.models import Note
from tasks.engine import execute
from tasks.firing import fire_due
from tasks.models import Run, Task
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.factories import make_user
from tests.notes.factories import make_note
from tests.smtp_sink import Sink
from tests.tasks.api.answers import TASKS, errors
from tests.tasks.firings import second

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def email(program: APIClient, note: Note, /, *recipients: Any, when: Any = None, **params: Any) -> Any:
    params = {"note": note.pk, "recipients": list(recipients or ["anna@example.org"]), **params}
    return program.post(TASKS, {"kind": "note.email", "params": params, **(when or {})}, format="json")


def test_it_is_sent_as_it_is_now_and_shown_with_the_note(
    program: APIClient, owner: User, sink: Sink, client: Client
) -> None:
    note = make_note(owner)
    answer = email(program, note)
    assert (answer.status_code, answer.json()["title"]) == (201, "E-mail “Minutes”")
    Note.objects.update(title="Changed", body="Changed")
    [run] = last_runs(note)
    execute(run.pk)
    [mail] = sink.messages()
    assert mail.subject == "Minutes"
    assert "Changed" not in mail.message.as_string()
    client.force_login(owner)
    assert run.get_absolute_url() in client.get(note.get_absolute_url()).text
    detail = program.get(f"/api/runs/{run.pk}/").json()
    assert (detail["state"], detail["summary"]) == ("completed", "1 sent")
    assert detail["links"]["deliveries"] == f"http://testserver/api/runs/{run.pk}/deliveries/"


def test_by_a_schedule_it_is_sent_as_it_is_then(program: APIClient, owner: User, sink: Sink) -> None:
    note = make_note(owner)
    answer = email(program, note, when={"crontab": "0 9 1 1 *"}).json()
    assert [task.pk for task in to_come(note)["scheduled"]] == [answer["id"]]
    Note.objects.update(body="Changed since")
    Task.objects.update(next_run_at=second())
    fire_due()
    execute(Run.objects.get().pk)
    assert "Changed since" in sink.messages()[0].message.as_string()


def test_people_are_shown_as_they_were_named(program: APIClient, owner: User) -> None:
    friend = make_user("friend", email="secret@example.org")
    answer = email(program, make_note(owner), "friend", "anna@example.org")
    assert Task.objects.get().params["recipients"] == [friend.pk, "anna@example.org"]
    assert answer.json()["params"]["recipients"] == ["friend", "anna@example.org"]
    assert "secret@example.org" not in answer.text


@pytest.mark.parametrize(
    ("params", "field", "message"),
    [
        ({"recipients": []}, "params.recipients", "Name at least one recipient."),
        ({"recipients": ["nobody"]}, "params.recipients", "Nobody here is called “nobody”."),
        ({"recipients": [1]}, "params.recipients", "Name people by address, username or usercode."),
        ({"recipients": "anna@example.org"}, "params.recipients", "Input should be a valid list"),
        ({"note": 10**30}, "params.note", "You have no such note."),
        ({"note": None}, "params.note", "Input should be a valid integer"),
        ({"subject": "x" * 1000}, "params.subject", ""),
        ({"copy": "anna@example.org"}, "params.copy", "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_is_said_at_its_parameter(
    program: APIClient, owner: User, params: dict[str, Any], field: str, message: str
) -> None:
    found = errors(email(program, make_note(owner), **params))
    assert list(found) == [field]
    assert message in found[field]
    assert not Task.objects.exists()


def test_somebody_elses_note_does_not_exist(program: APIClient, stranger: User) -> None:
    assert errors(email(program, make_note(stranger))) == {"params.note": "You have no such note."}


def test_what_was_refused_counts_against_no_limit(
    program: APIClient, owner: User, settings: Settings
) -> None:
    settings.MAIL_DAILY_LIMIT = 1
    note = make_note(owner)
    assert "params.recipients" in errors(email(program, note, "a@example.org", "b@example.org"))
    assert not DailyCount.objects.filter(count__gt=0).exists()
    assert email(program, note, "a@example.org").status_code == 201
    assert "params.recipients" in errors(email(program, note, "a@example.org"))


def test_a_body_of_its_own_goes_with_no_schedule(program: APIClient, owner: User) -> None:
    answer = email(program, make_note(owner), body="Other words", when={"crontab": "0 9 * * *"})
    assert list(errors(answer)) == ["params.body"]


def test_a_token_that_does_not_reach_notes_has_none_e_mailed(owner: User) -> None:
    asked = {"kind": "note.email", "params": {"note": make_note(owner).pk, "recipients": ["a@example.net"]}}
    program = program_of(owner, resources=["tasks"])
    assert program.post("/api/tasks/", asked, format="json").status_code == 403
    assert not Task.objects.exists()
    both = program_of(owner, resources=["tasks", "notes"])
    assert both.post("/api/tasks/", asked, format="json").status_code == 201
