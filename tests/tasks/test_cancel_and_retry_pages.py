"""The buttons beside a run: cancel it, try it again, or hear that it was too late."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tasks.models import Run
from tests.tasks.factories import make_run
from tests.tasks.kinds import handled_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def press(client: Client, name: str, run: Run, came_from: str = "") -> Any:
    with handled_by(lambda run: None):
        answer = client.post(reverse(f"tasks:{name}", args=[run.pk]), headers={"Referer": came_from})
    run.refresh_from_db()
    return answer


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_waiting_run_is_cancelled_at_once(signed_in: Client, owner: User) -> None:
    run = make_run(owner)
    press(signed_in, "cancellation", run)
    assert run.state == Run.State.CANCELLED


def test_a_running_one_is_asked_to_stop(signed_in: Client, owner: User) -> None:
    run = make_run(owner, state=Run.State.RUNNING)
    press(signed_in, "cancellation", run)
    assert run.is_being_cancelled


def test_one_that_ended_is_left_alone_and_its_owner_told(signed_in: Client, owner: User) -> None:
    run = make_run(owner, state=Run.State.COMPLETED)
    assert told(press(signed_in, "cancellation", run)) == [
        "That was too late to cancel: it had ended already."
    ]
    assert run.state == Run.State.COMPLETED


def test_a_failed_run_is_tried_again(signed_in: Client, owner: User) -> None:
    run = make_run(owner, state=Run.State.FAILED)
    press(signed_in, "retry", run)
    assert run.state == Run.State.PENDING


@pytest.mark.parametrize("state", ["pending", "running", "completed"])
def test_there_is_no_other_try_where_none_is_needed(signed_in: Client, owner: User, state: str) -> None:
    run = make_run(owner, state=state)
    assert told(press(signed_in, "retry", run))
    assert run.state == state


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/notes/7/#emails", "http://testserver/notes/7/#run-{pk}"),
        ("https://evil.example/", "/tasks/runs/{pk}/"),
        ("", "/tasks/runs/{pk}/"),
        ("javascript:alert(1)", "/tasks/runs/{pk}/"),
    ],
)
def test_the_answer_leads_back_to_where_the_button_stood(
    signed_in: Client, owner: User, came_from: str, leads_to: str
) -> None:
    run = make_run(owner)
    assert press(signed_in, "cancellation", run, came_from)["Location"] == leads_to.format(pk=run.pk)
