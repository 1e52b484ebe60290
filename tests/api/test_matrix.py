"""Every operation, asked for as everybody: what each is answered stands here, and an operation that does not
is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from api.auth import pairs
from api.credentials import ALL
from mail.models import Delivery
from notifications.door import notify
from reminders.models import Occurrence
from tests.api.clients import make_token, program_of
from tests.api.described import operations
from tests.factories import PASSWORD, make_user
from tests.notes.conftest import private_files  # noqa: F401 - a fixture
from tests.notes.exports import exported
from tests.notes.factories import make_note
from tests.reminders.kinds import reminder_of
from tests.tasks.factories import make_run, make_task
from tests.tasks.kinds import NAME, handled_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]

Content = dict[str, Any]
WHEN = {"crontab": "0 9 * * *", "timezone": "UTC"}

# Who asks. The owner and the stranger have tokens that may do all, unless it says otherwise.
OWNERS = ("owner", "their session")
OTHERS = ("stranger", "staff")
NOBODY = ("anonymous", "expired token")
ONLY_READ = {"their session without CSRF": 403, "read-only token": 403}
CALLERS = (*OWNERS, "their session without CSRF", "read-only token", "token for the rest", *OTHERS, *NOBODY)


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, status)


def members(status: int, *, writes: bool = False) -> dict[str, int]:
    """What is there for everybody who is signed in, by a credential that reaches so far."""
    refused = dict.fromkeys(NOBODY, 401) | {"token for the rest": 403}
    return everybody(status) | refused | (ONLY_READ if writes else {})


def owner(status: int, *, writes: bool = False) -> dict[str, int]:
    """What is there for its owner alone."""
    return members(status, writes=writes) | dict.fromkeys(OTHERS, 404)


@dataclass(frozen=True)
class Row:
    """`thing`: the owner's, whose key stands in the path; `content`: of the body, or of the query."""

    resource: str
    statuses: dict[str, int]
    thing: Callable[[User], int] | None = None
    content: Content | Callable[[User], Content] = field(default_factory=dict)
    lists: bool = False  # what one has oneself, of which others see nothing


def reads(resource: str, thing: Callable[[User], int]) -> Row:
    return Row(resource, owner(200), thing)


def lists(resource: str, thing: Callable[[User], int]) -> Row:
    return Row(resource, members(200), thing, lists=True)


def shows(resource: str, content: Content | None = None) -> Row:
    return Row(resource, members(200), content=content or {})


def creates(resource: str, content: Content | None = None, status: int = 201) -> Row:
    return Row(resource, members(status, writes=True), content=content or {})


def changes(
    resource: str, thing: Callable[[User], int], content: Content | None = None, status: int = 200
) -> Row:
    return Row(resource, owner(status, writes=True), thing, content or {})


def deletes(resource: str, thing: Callable[[User], int]) -> Row:
    return changes(resource, thing, status=204)


def note(user: User) -> int:
    return make_note(user).pk


def task(user: User) -> int:
    return make_task(user).pk


def scheduled_task(user: User) -> int:
    return reminder_of(user).pk


def run(user: User) -> int:
    return make_run(user).pk


def failed_run(user: User) -> int:
    return make_run(user, state="failed").pk


def export(user: User) -> int:
    return exported(user).run.pk


def delivery(user: User) -> int:
    return Delivery.objects.create(
        run=make_run(user, state="failed"), address="a@example.net", state="unknown"
    ).pk


def notification(user: User) -> int:
    return notify(user, title="For me").pk


def reminder(user: User) -> int:
    return reminder_of(user).pk


def occurrence(user: User) -> int:
    return Occurrence.objects.create(task=reminder_of(user), due_at=timezone.now()).pk


def occurring(user: User) -> int:
    return Occurrence.objects.get(pk=occurrence(user)).task_id


TABLE = {
    "POST /api/auth/register/": Row(
        "account",
        everybody(201),
        content={"username": "new", "email": "new@example.org", "password": PASSWORD},
    ),
    "POST /api/auth/token/": Row(
        "account", everybody(200), content={"username": "owner", "password": PASSWORD}
    ),
    "POST /api/auth/token/mfa/": Row(
        "account", everybody(401), content={"mfa_token": "none", "code": "123456"}
    ),
    "POST /api/auth/token/refresh/": Row(
        "account", everybody(200), content=lambda user: {"refresh": pairs.begin(user).refresh}
    ),
    "POST /api/auth/logout/": Row(
        "account", everybody(204), content=lambda user: {"refresh": pairs.begin(user).refresh}
    ),
    "GET /api/me/": shows("account"),
    "PATCH /api/me/": creates("account", {"time_zone": "Europe/Vienna"}, 200),
    "GET /api/notes/": lists("notes", note),
    "POST /api/notes/": creates("notes", {"title": "Garden"}),
    "GET /api/notes/{id}/": reads("notes", note),
    "PATCH /api/notes/{id}/": changes("notes", note, {"title": "Taken over"}),
    "DELETE /api/notes/{id}/": deletes("notes", note),
    "GET /api/runs/{id}/export/": reads("notes", export),
    "GET /api/runs/{id}/export/file/": reads("notes", export),
    "GET /api/task-kinds/": shows("tasks"),
    "GET /api/schedules/preview/": shows("tasks", WHEN),
    "GET /api/tasks/": lists("tasks", task),
    "POST /api/tasks/": creates("tasks", {"kind": NAME}),
    "GET /api/tasks/{id}/": reads("tasks", task),
    "PATCH /api/tasks/{id}/": changes("tasks", task, {"title": "Taken over"}),
    "DELETE /api/tasks/{id}/": deletes("tasks", task),
    "GET /api/tasks/{id}/runs/": reads("tasks", task),
    "POST /api/tasks/{id}/runs/": changes("tasks", scheduled_task, status=201),
    "GET /api/runs/": lists("tasks", run),
    "GET /api/runs/{id}/": reads("tasks", run),
    "POST /api/runs/{id}/cancellation/": changes("tasks", run, status=201),
    "POST /api/runs/{id}/retry/": changes("tasks", failed_run, status=201),
    "GET /api/runs/{id}/deliveries/": reads("tasks", run),
    "POST /api/deliveries/{id}/decision/": changes("tasks", delivery, {"choice": "leave"}, 201),
    "GET /api/reminders/": lists("reminders", reminder),
    "POST /api/reminders/": creates("reminders", {"title": "Stand-up", **WHEN}),
    "GET /api/reminders/quick/": shows("reminders", {"text": "tomorrow 9am call the bank"}),
    "POST /api/reminders/quick/": creates("reminders", {"text": "tomorrow 9am call the bank"}),
    "GET /api/reminders/{id}/": reads("reminders", reminder),
    "PATCH /api/reminders/{id}/": changes("reminders", reminder, {"title": "Taken over"}),
    "DELETE /api/reminders/{id}/": deletes("reminders", reminder),
    "GET /api/reminders/{id}/occurrences/": reads("reminders", occurring),
    "GET /api/occurrences/": lists("reminders", occurrence),
    "GET /api/occurrences/{id}/": reads("reminders", occurrence),
    "POST /api/occurrences/{id}/acknowledgement/": changes("reminders", occurrence),
    "POST /api/occurrences/{id}/snooze/": changes("reminders", occurrence, {"minutes": 10}),
    "GET /api/notifications/": lists("notifications", notification),
    "GET /api/notifications/summary/": shows("notifications"),
    "POST /api/notifications/readings/": creates("notifications", {"until": 1}, 200),
    "GET /api/notifications/preferences/": shows("notifications"),
    "PATCH /api/notifications/preferences/": creates("notifications", {"quiet_hours": None}, 200),
    "GET /api/notifications/{id}/": reads("notifications", notification),
    "PATCH /api/notifications/{id}/": changes("notifications", notification, {"read": True}),
    "DELETE /api/notifications/{id}/": deletes("notifications", notification),
    # A ticket lets in no further than the token it is got with, so one that only reads may get it, too.
    "POST /api/ws-tickets/": Row("notifications", members(201) | {"their session without CSRF": 403}),
    "GET /api/presence/": shows("presence"),
    "GET /api/presence/me/": shows("presence"),
    "PATCH /api/presence/me/": creates("presence", {"visible": False}, 200),
}


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    """A kind of task that programs may ask for."""
    with handled_by(lambda run: "Done.", is_open=True):
        yield


@pytest.fixture
def cast() -> dict[str, User]:
    """Who is there, by name."""
    return {
        "owner": make_user("owner"),
        "stranger": make_user("stranger"),
        "staff": make_user("staff", is_staff=True, is_superuser=True),
    }


def client_of(caller: str, cast: dict[str, User], resource: str) -> APIClient:
    user = cast["owner"]
    match caller:
        case "anonymous":
            return APIClient()
        case "owner" | "stranger" | "staff":
            return program_of(cast[caller])
        case "their session" | "their session without CSRF":
            return session_of(user, sends_csrf_token=caller == "their session")
        case "read-only token":
            return program_of(user, can_write=False)
        case "token for the rest":
            return program_of(user, resources=sorted(ALL - {resource}))
        case "expired token":
            return program_of(user, expires_at=timezone.now() - timedelta(seconds=1))
    raise ValueError(caller)


def session_of(user: User, *, sends_csrf_token: bool) -> APIClient:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(user)
    if sends_csrf_token:
        request = RequestFactory().get("/")
        token = get_token(request)
        client.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
        client.credentials(HTTP_X_CSRFTOKEN=token)
    return client


def ask(client: APIClient, operation: str, row: Row, user: User) -> Any:
    method, _, path = operation.partition(" ")
    key = row.thing(user) if row.thing else 0
    content = row.content(user) if callable(row.content) else row.content
    address = path.replace("{id}", str(key))
    options = {} if method == "GET" else {"format": "json"}
    return getattr(client, method.lower())(address, content or None, **options)


def test_every_operation_has_its_row() -> None:
    assert set(TABLE) == {name for name, _ in operations()}


@pytest.mark.parametrize("operation", TABLE)
def test_each_caller_is_answered_as_the_table_says(operation: str, cast: dict[str, User]) -> None:
    row, found = TABLE[operation], {}
    for caller in CALLERS:
        with transaction.atomic():
            answer = ask(client_of(caller, cast, row.resource), operation, row, cast["owner"])
            found[caller] = answer.status_code
            if row.lists and answer.status_code == HTTPStatus.OK:
                assert bool(answer.json()["results"]) is (caller not in OTHERS), caller
            if answer.streaming:
                b"".join(answer)
            transaction.set_rollback(True)
    assert found == row.statuses


def test_a_token_of_a_disabled_account_lets_in_nobody(cast: dict[str, User]) -> None:
    _, secret = make_token(cast["owner"])
    User.objects.filter(pk=cast["owner"].pk).update(is_active=False)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert {client.get(f"/api/{name}/").status_code for name in ("me", "notes", "tasks")} == {401}
