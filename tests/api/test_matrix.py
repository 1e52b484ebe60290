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
from tests.accounts.pictures import plain
from tests.api.clients import make_token, program_of
from tests.api.described import operations
from tests.api.things import THINGS
from tests.factories import PASSWORD, make_user
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
    """`content`: of the body, or of the query; if it `lists`, others see nothing of what the owner has."""

    resource: str
    statuses: dict[str, int]
    content: Content | Callable[[User], Content] = field(default_factory=dict)
    lists: bool = False


def reads(resource: str) -> Row:
    return Row(resource, owner(200))


def lists(resource: str) -> Row:
    return Row(resource, members(200), lists=True)


def shows(resource: str, content: Content | None = None) -> Row:
    return Row(resource, members(200), content or {})


def creates(resource: str, content: Content | None = None, status: int = 201) -> Row:
    return Row(resource, members(status, writes=True), content or {})


def changes(resource: str, content: Content | None = None, status: int = 200) -> Row:
    return Row(resource, owner(status, writes=True), content or {})


def deletes(resource: str) -> Row:
    return Row(resource, owner(204, writes=True))


def for_log_ins(status: int, *, writes: bool = False) -> Row:
    """What no API token reaches; see tests/api/test_my_sessions.py for those that are logged in."""
    refused = dict.fromkeys(NOBODY, 401) | {"their session": status}
    return Row(
        "account", everybody(403) | refused | {"their session without CSRF": 403 if writes else status}
    )


TABLE = {
    "POST /api/auth/register/": Row(
        "account",
        everybody(201),
        content={"username": "new", "email": "new@example.org", "password": PASSWORD},
    ),
    "POST /api/auth/token/": Row("account", everybody(200), {"username": "owner", "password": PASSWORD}),
    "POST /api/auth/token/mfa/": Row("account", everybody(401), {"mfa_token": "none", "code": "123456"}),
    "POST /api/auth/token/refresh/": Row(
        "account", everybody(200), lambda user: {"refresh": pairs.begin(user).refresh}
    ),
    "POST /api/auth/logout/": Row(
        "account", everybody(204), lambda user: {"refresh": pairs.begin(user).refresh}
    ),
    "GET /api/me/": shows("account"),
    "PATCH /api/me/": creates("account", {"time_zone": "Europe/Vienna"}, 200),
    "GET /api/me/sessions/": for_log_ins(200),
    "DELETE /api/me/sessions/": for_log_ins(204, writes=True),
    "DELETE /api/me/sessions/{id}/": for_log_ins(204, writes=True),
    "PUT /api/me/avatar/": Row("account", members(200, writes=True), {"picture": plain()}),
    "DELETE /api/me/avatar/": creates("account", status=204),
    # Whoever is let in at all sees what others look like.
    "GET /api/avatars/{key}/": Row("account", members(200) | {"token for the rest": 200}),
    # No personal API token deletes an account, whatever it reaches.
    "DELETE /api/me/": Row(
        "account",
        everybody(403) | dict.fromkeys(NOBODY, 401) | {"their session": 204},
        {"password": PASSWORD},
    ),
    "GET /api/notes/": lists("notes"),
    "POST /api/notes/": creates("notes", {"title": "Garden"}),
    "GET /api/notes/{id}/": reads("notes"),
    "PATCH /api/notes/{id}/": changes("notes", {"title": "Taken over"}),
    "DELETE /api/notes/{id}/": deletes("notes"),
    "POST /api/notes/{id}/duplicates/": changes("notes", status=201),
    # Nothing is kept of what is shown, so a token that only reads may ask for it, too.
    "POST /api/notes/preview/": Row(
        "notes", members(200) | {"their session without CSRF": 403}, {"body": "*x*"}
    ),
    "GET /api/tags/": lists("notes"),
    "GET /api/tags/{id}/": reads("notes"),
    "PATCH /api/tags/{id}/": changes("notes", {"name": "Taken over"}),
    "DELETE /api/tags/{id}/": deletes("notes"),
    "GET /api/runs/{id}/export/": reads("notes"),
    "GET /api/runs/{id}/export/file/": reads("notes"),
    "GET /api/task-kinds/": shows("tasks"),
    "GET /api/schedules/preview/": shows("tasks", WHEN),
    "GET /api/tasks/": lists("tasks"),
    "POST /api/tasks/": creates("tasks", {"kind": NAME}),
    "GET /api/tasks/{id}/": reads("tasks"),
    "PATCH /api/tasks/{id}/": changes("tasks", {"title": "Taken over"}),
    "DELETE /api/tasks/{id}/": deletes("tasks"),
    "GET /api/tasks/{id}/runs/": reads("tasks"),
    "POST /api/tasks/{id}/runs/": changes("tasks", status=201),
    "GET /api/runs/": lists("tasks"),
    "GET /api/runs/{id}/": reads("tasks"),
    "POST /api/runs/{id}/cancellation/": changes("tasks", status=201),
    "POST /api/runs/{id}/retry/": changes("tasks", status=201),
    "GET /api/runs/{id}/deliveries/": reads("tasks"),
    "POST /api/deliveries/{id}/decision/": changes("tasks", {"choice": "leave"}, 201),
    "GET /api/reminders/": lists("reminders"),
    "POST /api/reminders/": creates("reminders", {"title": "Stand-up", **WHEN}),
    "GET /api/reminders/quick/": shows("reminders", {"text": "tomorrow 9am call the bank"}),
    "POST /api/reminders/quick/": creates("reminders", {"text": "tomorrow 9am call the bank"}),
    "GET /api/reminders/{id}/": reads("reminders"),
    "PATCH /api/reminders/{id}/": changes("reminders", {"title": "Taken over"}),
    "DELETE /api/reminders/{id}/": deletes("reminders"),
    "GET /api/reminders/{id}/occurrences/": reads("reminders"),
    "GET /api/occurrences/": lists("reminders"),
    "GET /api/occurrences/{id}/": reads("reminders"),
    "POST /api/occurrences/{id}/acknowledgement/": changes("reminders"),
    "POST /api/occurrences/{id}/snooze/": changes("reminders", {"minutes": 10}),
    "GET /api/notifications/": lists("notifications"),
    "GET /api/notifications/summary/": shows("notifications"),
    "POST /api/notifications/readings/": creates("notifications", {"until": 1}, 200),
    "GET /api/notifications/preferences/": shows("notifications"),
    "PATCH /api/notifications/preferences/": creates("notifications", {"quiet_hours": None}, 200),
    "GET /api/notifications/{id}/": reads("notifications"),
    "PATCH /api/notifications/{id}/": changes("notifications", {"read": True}),
    "DELETE /api/notifications/{id}/": deletes("notifications"),
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
    make = THINGS.get(f"{path}{{id}}/" if row.lists else path)
    key = make(user) if make else 0
    content = row.content(user) if callable(row.content) else row.content
    address = path.replace("{id}", str(key)).replace("{key}", str(key))
    if isinstance(picture := content.get("picture"), bytes):
        return client.generic(method, address, picture, "image/png")  # type: ignore[arg-type]
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
