"""A request with an Idempotency-Key makes one task, however often and at however many places it arrives."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models import F
from django.db.models.signals import post_save
from rest_framework.test import APIClient

from accounts.models import User
from api.models import IdempotentRequest
from tasks.clock import database_now
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.api.clients import make_token
from tests.tasks.api.answers import RUNS, TASKS
from tests.tasks.factories import make_run
from tests.tasks.firings import stored
from tests.tasks.kinds import NAME
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 50
DAY = timedelta(hours=24)


@pytest.fixture
def secret(owner: User) -> str:
    return make_token(owner)[1]


def send(secret: str, path: str = TASKS, key: str = "a key", **body: Any) -> Any:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_IDEMPOTENCY_KEY=key)
    return client.post(path, {"kind": NAME, "title": "One", **body}, format="json")


def test_fifty_at_the_same_moment_make_one_task(secret: str) -> None:
    answers: list[Any] = together(*[partial(send, secret)] * AT_ONCE)
    assert {answer.status_code for answer in answers} == {201}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert (Task.objects.count(), Run.objects.count()) == (1, 1)


def test_the_same_key_with_another_body_is_refused(secret: str) -> None:
    send(secret)
    answer = send(secret, title="Another")
    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "urn:clock-work:problem:idempotency-key-reused",
    )
    assert Task.objects.count() == 1


def test_after_a_day_the_key_is_a_new_one(secret: str) -> None:
    first = send(secret)
    IdempotentRequest.objects.update(created_at=F("created_at") - DAY)
    second = send(secret, title="Another")
    assert (second.status_code, second.json()["id"] != first.json()["id"]) == (201, True)
    assert Task.objects.count() == 2


def test_an_answer_is_given_again_also_when_its_moment_has_passed(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_at = database_now() + timedelta(hours=1)
    first = send(secret, run_at=run_at.isoformat())
    monkeypatch.setattr("tasks.api.schedules.database_now", lambda: run_at + DAY)
    again = send(secret, run_at=run_at.isoformat())
    assert (again.status_code, again.json()) == (201, first.json())


def test_a_refused_request_may_be_mended_and_sent_again(secret: str) -> None:
    assert send(secret, crontab="nonsense").status_code == 422
    assert send(secret, crontab="0 9 * * *").status_code == 201


@pytest.fixture
def interrupted() -> Iterator[None]:
    """What goes wrong after everything was written, just before it is kept."""

    def fail(instance: IdempotentRequest, created: bool, **_: Any) -> None:
        if not created:
            raise RuntimeError("killed")

    post_save.connect(fail, sender=IdempotentRequest)
    yield
    post_save.disconnect(fail, sender=IdempotentRequest)


def test_who_is_killed_in_between_leaves_neither_task_nor_key(secret: str, interrupted: None) -> None:
    assert send(secret).status_code == 500
    assert not Task.objects.exists()
    assert not Run.objects.exists()
    assert not IdempotentRequest.objects.exists()


def test_without_the_kill_there_are_both(secret: str) -> None:
    assert send(secret).status_code == 201
    assert (Task.objects.count(), IdempotentRequest.objects.count()) == (1, 1)


@pytest.mark.parametrize("what", ["runs", "cancellation", "retry"])
def test_what_is_asked_of_a_run_is_done_once_too(secret: str, owner: User, what: str) -> None:
    if what == "runs":
        path = f"{TASKS}{stored(owner, Schedule('UTC', crontab='0 9 * * *')).pk}/runs/"
    else:
        state = "failed" if what == "retry" else "pending"
        path = f"{RUNS}{make_run(owner, state=state).pk}/{what}/"
    answers: list[Any] = together(*[partial(send, secret, path)] * 6)
    assert {answer.status_code for answer in answers} == {201}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert Run.objects.count() == 1
