"""Logging in and out."""

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def log_in(client: Client, login: str, password: str = PASSWORD, path: str = "/accounts/login/") -> bool:
    client.post(path, {"login": login, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["owner", "OWNER", "owner@example.com", "Owner@Example.com"])
def test_either_name_or_address_will_do(client: Client, owner: User, login: str) -> None:
    assert log_in(client, login)


@pytest.mark.parametrize(
    ("login", "password"), [("owner", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 100_000, PASSWORD)]
)
def test_what_is_wrong_does_not_log_in(client: Client, owner: User, login: str, password: str) -> None:
    assert not log_in(client, login, password)


def test_an_unverified_address_gets_a_new_letter_first(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    make_user("ada", verified=False)
    assert not log_in(client, "ada")
    assert mailoutbox[0].subject == "Confirm your e-mail address"


def test_a_closed_account_stays_closed(client: Client) -> None:
    make_user("ada", is_active=False)
    answer = client.post("/accounts/login/", {"login": "ada", "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_leads_back_to_where_one_wanted_to_go_but_not_to_other_sites(client: Client, owner: User) -> None:
    fields = {"login": "owner", "password": PASSWORD}
    assert client.get("/accounts/profile/")["Location"] == "/accounts/login/?next=/accounts/profile/"
    answer = client.post("/accounts/login/?next=/accounts/profile/", fields | {"next": "/accounts/profile/"})
    assert answer["Location"] == "/accounts/profile/"
    client.logout()
    answer = client.post("/accounts/login/", fields | {"next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_five_wrong_passwords_close_the_door_for_a_while(client: Client, owner: User) -> None:
    for _ in range(5):
        log_in(client, "owner", "wrong")
    answer = client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    assert "Too many failed login attempts. Try again later." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_up_is_limited_and_says_so(client: Client) -> None:
    for _ in range(20):
        assert client.post("/accounts/signup/", {}).status_code == 200
    answer = client.post("/accounts/signup/", {})
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def test_logging_out_needs_a_post(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert b"Log out?" in client.get("/accounts/logout/").content
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_logging_out_needs_the_sites_own_form(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post("/accounts/logout/").status_code == 403
    assert "_auth_user_id" in client.session


def test_the_username_stands_in_the_navigation_bar(client: Client, owner: User) -> None:
    client.force_login(owner)
    header = client.get("/about/").content.decode().split("</header>")[0]
    assert ">owner<" in header


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_labels_are_not_repeated_inside_the_fields(client: Client, path: str) -> None:
    page = client.get(f"/accounts/{path}").content.decode()
    assert "<label" in page
    assert "placeholder" not in page


def test_who_was_made_on_the_command_line_logs_in_without_a_letter(
    client: Client, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", username="root", email="root@example.com", verbosity=0)
    assert log_in(client, "root")
    assert client.get("/admin/").status_code == 200
    assert not mailoutbox
