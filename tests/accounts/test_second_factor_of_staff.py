"""Staff are led to a second factor before anything of theirs opens."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.second_factors import add_passkey, code_now, give_recovery_codes, switch_on_app
from tests.factories import PASSWORD, make_user
from tests.test_access import PERMITTED_STAFF, STAFF_ALONE

pytestmark = pytest.mark.django_db

PAGES = ["/admin/", "/admin/login/", "/admin/accounts/user/", "/admin/no/such/page/"]
PAGES += [f"/{route.replace('<int:pk>', '1')}" for route in [*STAFF_ALONE, *PERMITTED_STAFF]]


@pytest.fixture(autouse=True)
def outside_of_debug(settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True


@pytest.fixture
def operator(client: Client) -> User:
    """Staff, signed in by password."""
    user = make_user("operator", is_staff=True, is_superuser=True)
    client.post("/accounts/login/", {"login": "operator", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return user


def leads_to(client: Client, path: str, method: str = "get") -> Any:
    return getattr(client, method)(path).headers.get("Location")


@pytest.mark.parametrize("path", PAGES)
def test_who_has_none_is_led_to_switch_one_on(client: Client, operator: User, path: str) -> None:
    for method in ("get", "post"):
        assert leads_to(client, path, method) == "/accounts/2fa/"


def test_recovery_codes_alone_are_none(client: Client, operator: User) -> None:
    give_recovery_codes(operator)
    assert leads_to(client, "/admin/") == "/accounts/2fa/"


def test_everything_else_opens_as_to_anybody(client: Client, operator: User) -> None:
    for path in ("/", "/notes/", "/accounts/profile/", "/accounts/2fa/"):
        assert client.get(path).status_code == 200
    assert client.post("/admin/logout/").status_code in {200, 302}
    assert "_auth_user_id" not in client.session


def test_who_is_not_staff_is_not_led_there(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get("/health/").status_code == 404
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("add", "page"),
    [(switch_on_app, "reauthenticate/"), (add_passkey, "webauthn/reauthenticate/")],
    ids=["app", "passkey"],
)
def test_a_session_from_before_it_has_to_show_it(client: Client, operator: User, add: Any, page: str) -> None:
    add(operator)
    assert leads_to(client, "/admin/?e=1") == f"/accounts/2fa/{page}?next=%2Fadmin%2F%3Fe%3D1"


def test_once_it_is_shown_the_page_opens(client: Client, operator: User) -> None:
    secret = switch_on_app(operator)
    page = leads_to(client, "/admin/")
    assert client.post(page, {"code": code_now(secret), "next": "/admin/"})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/health/").status_code == 200


def test_logging_in_with_it_opens_them(client: Client) -> None:
    secret = switch_on_app(make_user("operator", is_staff=True, is_superuser=True))
    client.post("/accounts/login/", {"login": "operator", "password": PASSWORD})
    assert leads_to(client, "/admin/") == "/admin/login/?next=/admin/"
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert client.get("/admin/").status_code == 200


def test_who_switched_it_off_again_is_led_there_again(client: Client, operator: User) -> None:
    secret = switch_on_app(operator)
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now(secret)})
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.filter(user=operator).delete()
    assert leads_to(client, "/admin/") == "/accounts/2fa/"


def test_where_it_is_not_needed_they_open(client: Client, operator: User, settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    assert client.get("/admin/").status_code == 200


def test_the_admin_helps_who_lost_theirs_and_shows_no_secret(
    client: Client, owner: User, settings: Settings
) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make_user("operator", is_staff=True, is_superuser=True))
    secret = switch_on_app(owner)
    lost = Authenticator.objects.get(user=owner)
    for page in ("", f"{lost.pk}/change/", f"{lost.pk}/delete/"):
        shown = client.get(f"/admin/mfa/authenticator/{page}")
        assert shown.status_code == 200
        assert secret not in shown.content.decode()
    assert owner.username in client.get("/admin/mfa/authenticator/").content.decode()
    client.post(f"/admin/mfa/authenticator/{lost.pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()
