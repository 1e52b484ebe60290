"""Every URL says who may see it; one that is not listed here fails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from mail.models import Delivery
from notes.models import Note
from notifications.door import notify
from notifications.inbox.arrivals import take_in
from notifications.models import Announcement, Mute, PushSubscription
from reminders.door import remind
from reminders.models import Occurrence
from tasks.door import Schedule, schedule, start
from tests.accounts.browsers import session_of
from tests.accounts.second_factors import add_passkey
from tests.api.clients import make_log_in, make_token
from tests.factories import make_user
from tests.notifications.announcements import make_broadcast, shown
from tests.tasks.kinds import NAME, Steps, handled_by

ANYBODY = {
    "",
    "about/",
    "healthz",
    "healthz/scheduler",  # numbers alone, for machines that watch
    "mail/refuse/<str:token>/",  # the link is signed
    "reminders/links/<str:token>/",  # so are these
    "notifications/unsubscribe/<str:token>/",  # and these
    "reminders/calendar.ics",  # for whoever has its key
    "push-worker.js",  # the same for all
    "accounts/deleted/",
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/confirm-email/",
    "accounts/confirm-email/(?P<key>[-:\\w]+)/",
    "accounts/login/code/confirm/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/webauthn/login/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/",
}
MEMBERS = {
    "running/",
    "accounts/profile/",
    "accounts/sessions/",
    "accounts/sessions/others/delete/",
    "accounts/avatar/",
    "accounts/avatar/delete/",
    "accounts/delete/",
    "accounts/tokens/",
    "accounts/tokens/new/",
    "accounts/tokens/log-ins/delete/",
    "accounts/email/",
    "accounts/reauthenticate/",
    "accounts/password/change/",
    "accounts/password/set/",
    "accounts/2fa/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/totp/activate/",
    "accounts/2fa/totp/deactivate/",
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/generate/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/webauthn/",
    "accounts/2fa/webauthn/add/",
    "accounts/2fa/webauthn/reauthenticate/",
    "notes/",
    "notes/new/",
    "notes/preview/",
    "notes/exports/",
    "notes/tags/",
    "notes/tags/suggestions/",
    "reminders/",
    "reminders/rows/",
    "reminders/new/",
    "reminders/quick/",
    "reminders/bulk/",
    "reminders/zone/",
    "mail/recipients/",
    "reminders/calendar/",
    "reminders/calendar/delete/",
    "tasks/",
    "tasks/rows/",
    "tasks/schedule/preview/",
    "notifications/",
    "notifications/entries/",
    "notifications/badge/",
    "notifications/toasts/",
    "notifications/reading/",
    "notifications/people/",
    "notifications/people/rows/",
    "notifications/people/online/",
    "notifications/people/visibility/",
    "notifications/settings/",
    "notifications/bulk/",
    "notifications/browsers/others/",
    "notifications/subscriptions/",
    "notifications/subscriptions/delete/",
    "notifications/news/",
}
FOR_EVERY_MEMBER = {"accounts/avatars/<slug:key>/"}  # tests/accounts/test_avatar.py asks for one
OWNER = {
    "accounts/sessions/<int:pk>/delete/": "session",
    "accounts/tokens/<int:pk>/delete/": "token",
    "accounts/tokens/log-ins/<uuid:pk>/delete/": "log_in",
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": "passkey",
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": "passkey",
    "notes/<int:pk>/": "note",
    "notes/<int:pk>/activity/": "note",
    "notes/<int:pk>/edit/": "note",
    "notes/<int:pk>/changes/": "note",
    "notes/<int:pk>/duplicates/": "note",
    "notes/<int:pk>/delete/": "note",
    "notes/<int:pk>/pin/": "note",
    "notes/<int:pk>/pin/delete/": "note",
    "notes/<int:pk>/archive/": "note",
    "notes/<int:pk>/archive/delete/": "note",
    "notes/<int:pk>/email/": "note",
    "notes/<int:pk>/email/preview/": "note",
    "notes/tags/<int:pk>/": "tag",
    "notes/tags/<int:pk>/delete/": "tag",
    "notes/exports/<int:pk>/": "export",
    "notes/exports/<int:pk>/state/": "export",
    "reminders/<int:pk>/": "reminder",
    "reminders/<int:pk>/history/": "reminder",
    "reminders/<int:pk>/edit/": "reminder",
    "reminders/<int:pk>/delete/": "reminder",
    "reminders/<int:pk>/pause/": "reminder",
    "reminders/<int:pk>/pause/delete/": "reminder",
    "reminders/<int:pk>/runs/": "reminder",
    "reminders/occurrences/<int:pk>/": "occurrence",
    "reminders/occurrences/<int:pk>/acknowledgement/": "occurrence",
    "reminders/occurrences/<int:pk>/snooze/": "occurrence",
    "tasks/<int:pk>/": "task",
    "tasks/<int:pk>/scheduled/": "task",
    "tasks/<int:pk>/pause/": "task",
    "tasks/<int:pk>/pause/delete/": "task",
    "tasks/<int:pk>/runs/": "scheduled",
    "tasks/<int:pk>/schedule/": "scheduled",
    "tasks/<int:pk>/delete/": "task",
    "tasks/runs/<int:pk>/": "run",
    "tasks/runs/<int:pk>/progress/": "run",
    "tasks/runs/<int:pk>/course/": "run",
    "tasks/runs/<int:pk>/cancellation/": "run",
    "tasks/runs/<int:pk>/retry/": "run",
    "mail/runs/<int:pk>/deliveries/": "run",
    "mail/deliveries/<int:pk>/decision/": "delivery",
    "notifications/<int:pk>/": "notification",
    "notifications/<int:pk>/together/": "notification",
    "notifications/<int:pk>/folded/": "notification",
    "notifications/<int:pk>/reading/": "notification",
    "notifications/mutes/<int:pk>/delete/": "mute",
    "notifications/<int:pk>/reading/delete/": "notification",
    "notifications/<int:pk>/archive/": "notification",
    "notifications/<int:pk>/archive/delete/": "notification",
    "notifications/<int:pk>/mute/": "notification",
    "notifications/<int:pk>/mute/delete/": "notification",
    "notifications/<int:pk>/delete/": "notification",
    "notifications/subscriptions/<int:pk>/delete/": "push_subscription",
    "notifications/announcements/<int:pk>/": "announcement",
}
PERMITTED_STAFF = {  # and the permission each needs
    "notifications/broadcasts/": "view_broadcast",
    "notifications/broadcasts/rows/": "view_broadcast",
    "notifications/broadcasts/new/": "add_broadcast",
    "notifications/broadcasts/tasks/<int:pk>/": "view_broadcast",
    "notifications/broadcasts/<int:pk>/": "view_broadcast",
    "notifications/broadcasts/<int:pk>/course/": "view_broadcast",
    "notifications/broadcasts/<int:pk>/edit/": "change_broadcast",
    "notifications/broadcasts/<int:pk>/retraction/": "change_broadcast",
    "notifications/broadcasts/<int:pk>/delete/": "delete_broadcast",
}
STAFF_ALONE = {"health/", "health/state/"}
STAFF = "admin/"
PROGRAMS = "api/"  # tests/api/test_matrix.py asks each of them as everybody
DEVELOPERS = "dev/"  # tests/pages/test_dev_mail.py holds their 404
KEY = re.compile("<(int|uuid):pk>")
METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]


@dataclass(frozen=True)
class Things:
    """One of each thing that belongs to somebody."""

    ids: dict[str, int | UUID]

    def url(self, route: str) -> str:
        return "/" + KEY.sub(str(self.ids[OWNER[route]]), route)


@pytest.fixture
def things(owner: User) -> Iterator[Things]:
    note = Note.objects.create(owner=owner, title="Mine")
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps())
        daily = Schedule("UTC", crontab="0 9 * * *")
        scheduled = schedule(NAME, owner=owner, params=Steps(), schedule=daily)
        delivery = Delivery.objects.create(run=run, address="guest@example.net")
        notification = notify(owner, title="For me")
        reminder = remind(owner, title="Mine", schedule=daily)
        occurrence = Occurrence.objects.create(task=reminder, due_at=timezone.now())
        mute = Mute.objects.create(user=owner, thread="task:1", title="Mine")
        subscription = PushSubscription.objects.create(user=owner, session_key="another")
        yield Things(
            {
                "note": note.pk,
                "tag": note.tags.create(owner=owner, name="mine", key="mine").pk,
                "task": run.task.pk,
                "scheduled": scheduled.pk,
                "run": run.pk,
                "export": start("notes.export", owner=owner, params={}).pk,
                "delivery": delivery.pk,
                "notification": notification.pk,
                "mute": mute.pk,
                "push_subscription": subscription.pk,
                "reminder": reminder.pk,
                "occurrence": occurrence.pk,
                "announcement": announced_to(owner).pk,
                "session": session_of(owner).pk,
                "passkey": add_passkey(owner).pk,
                "token": make_token(owner)[0].pk,
                "log_in": make_log_in(owner).pk,
            }
        )


def announced_to(user: User) -> Announcement:
    announcement = shown(audience="chosen", chosen=[user])
    take_in(user)
    return announcement


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def test_every_url_says_who_may_see_it() -> None:
    listed = ANYBODY | MEMBERS | FOR_EVERY_MEMBER | STAFF_ALONE | set(PERMITTED_STAFF) | set(OWNER)
    found = {route for route in routes(get_resolver()) if not route.startswith((STAFF, PROGRAMS, DEVELOPERS))}
    assert found == listed


@pytest.mark.parametrize("route", OWNER)
def test_somebody_elses_thing_does_not_exist(
    route: str, things: Things, stranger: User, client: Client
) -> None:
    client.force_login(stranger)
    for method in METHODS:
        assert getattr(client, method)(things.url(route)).status_code == 404, method


@pytest.mark.parametrize("route", OWNER)
def test_its_owner_finds_it(route: str, things: Things, owner: User, client: Client) -> None:
    """Without this, a URL that is broken for everybody would pass for one that is well guarded."""
    client.force_login(owner)
    answers = {getattr(client, method)(things.url(route)).status_code for method in ("get", "post")}
    assert not answers & {403, 404, 500}
    assert answers - {405}


@pytest.mark.parametrize("route", OWNER)
def test_a_number_that_nothing_can_have_is_not_found(route: str, owner: User, client: Client) -> None:
    client.force_login(owner)
    url = "/" + KEY.sub("99999999999999999999", route)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("route", [*OWNER, *MEMBERS, *STAFF_ALONE])
def test_who_is_not_signed_in_is_sent_to_the_log_in_page(
    route: str, client: Client, db: None, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("things").url(route) if route in OWNER else f"/{route}"
    for method in METHODS:
        answer = getattr(client, method)(url)
        assert answer.status_code == 405 or answer.headers.get("Location", "").startswith(
            "/accounts/login/"
        ), method


@pytest.mark.parametrize("route", STAFF_ALONE)
def test_what_is_for_staff_does_not_exist_for_others(route: str, stranger: User, client: Client) -> None:
    client.force_login(stranger)
    assert client.get(f"/{route}").status_code == 404
    stranger.is_staff = True
    stranger.save()
    assert client.get(f"/{route}").status_code == 200


@pytest.fixture
def url_for_staff(route: str, db: None) -> str:
    broadcast = make_broadcast()
    return f"/{route.replace('<int:pk>', str(broadcast.task_id if 'tasks' in route else broadcast.pk))}"


@pytest.mark.parametrize("route", PERMITTED_STAFF)
def test_staff_who_have_the_permission_find_it(route: str, url_for_staff: str, client: Client) -> None:
    client.force_login(with_permissions("permitted", {PERMITTED_STAFF[route]}))
    assert client.get(url_for_staff).status_code in {200, 302}


@pytest.mark.parametrize("route", PERMITTED_STAFF)
def test_for_other_staff_and_for_everybody_else_it_does_not_exist(
    route: str, url_for_staff: str, client: Client
) -> None:
    needed = PERMITTED_STAFF[route]
    lets_in = {"view_broadcast", "change_broadcast", "add_broadcast"} if "view" in needed else {needed}
    others = {f"{action}_broadcast" for action in ("view", "add", "change", "delete")} - lets_in
    for user in (with_permissions("other", others), with_permissions("member", lets_in, is_staff=False)):
        client.force_login(user)
        assert {getattr(client, method)(url_for_staff).status_code for method in METHODS} == {404}
    client.logout()
    for method in METHODS:
        assert getattr(client, method)(url_for_staff)["Location"].startswith("/accounts/login/")


def with_permissions(name: str, codes: set[str], *, is_staff: bool = True) -> User:
    user = make_user(name, is_staff=is_staff)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/accounts/user/",
        "/admin/tasks/run/",
        "/admin/mail/delivery/",
        "/admin/notifications/broadcast/",
    ],
)
def test_the_admin_is_for_staff(path: str, stranger: User, client: Client) -> None:
    way, _ = client.get(path, follow=True).redirect_chain[-1]
    assert way.startswith("/accounts/login/")
    client.force_login(stranger)
    assert client.get(path, follow=True).status_code == 403
