"""Signing up: one form, one letter, one click."""

import smtplib
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.letters import link_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_up(client: Client, **changes: str) -> Any:
    fields = {
        "username": "ada",
        "email": "ada@example.com",
        "password1": PASSWORD,
        "time_zone": "Europe/Paris",
    }
    return client.post("/accounts/signup/", fields | changes)


def errors_of(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def test_the_link_in_the_letter_finishes_it_and_logs_in(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert b"Log in" in client.get("/").content
    [letter] = mailoutbox
    assert letter.subject == "Welcome to Clock Work: confirm your address"
    assert letter.to == ["ada@example.com"]
    confirmation = link_in(letter)
    assert not User.objects.get().has_verified_email()  # looking at the page is not enough:
    assert b"Is this your address?" in client.get(confirmation).content
    assert not User.objects.get().has_verified_email()  # scanners of mail follow links, too
    assert client.post(confirmation)["Location"] == "/"
    assert User.objects.get().has_verified_email()
    assert b"Hello, ada" in client.get("/").content
    assert b"It has been used already" in client.get(confirmation).content


def test_links_lead_to_the_sites_own_address_whatever_host_was_asked(
    client: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://clock.example"
    client.post(
        "/accounts/signup/",
        {"username": "ada", "email": "ada@example.com", "password1": PASSWORD},
        headers={"host": "evil.example"},
    )
    body = str(mailoutbox[0].body)
    assert "https://clock.example/accounts/confirm-email/" in body
    assert "evil.example" not in body


def test_the_browsers_time_zone_is_taken(client: Client) -> None:
    sign_up(client)
    assert User.objects.get().time_zone == "Europe/Paris"


@pytest.mark.parametrize("reported", ["", "Mars/Olympus", "../../etc/passwd", "x" * 100])
def test_a_zone_that_nobody_knows_becomes_utc(client: Client, reported: str) -> None:
    sign_up(client, time_zone=reported)
    assert User.objects.get().time_zone == "UTC"


def test_a_taken_username_is_named_whatever_its_case(client: Client) -> None:
    make_user("Ada", email="other@example.com")
    assert errors_of(sign_up(client)) == {"username": ["This username is taken."]}


def test_a_taken_address_gets_no_second_account_and_a_letter_instead(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """The page looks as it always does: who has an account here is nobody's business."""
    make_user("first", email="ada@example.com")
    answer = sign_up(client, email="ADA@example.com")
    assert answer["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    [letter] = mailoutbox
    assert letter.subject == "You have an account already"
    assert "/accounts/password/reset/" in str(letter.body)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("username", "ada@example.com", "Letters, digits and the characters . + - _ make a username."),
        ("username", "a" * 31, "Ensure this value has at most 30 characters (it has 31)."),
        ("username", "", "This field is required."),
        ("email", "ada", "Enter a valid email address."),
        ("password1", "1234567", "This password is entirely numeric."),
    ],
)
def test_what_is_wrong_stands_at_its_field(client: Client, field: str, value: str, error: str) -> None:
    assert error in errors_of(sign_up(client, **{field: value}))[field]
    assert not User.objects.exists()


def test_errors_are_tied_to_their_field_for_screen_readers(client: Client) -> None:
    page = sign_up(client, email="ada").content.decode()
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_error"' in page
    assert 'id="id_email_error"' in page


def test_it_survives_a_mail_server_that_is_away(
    client: Client, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(letter: EmailMessage) -> None:
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", away)
        answer = sign_up(client)
    page = client.get(answer["Location"]).content.decode()
    assert "The e-mail could not be sent just now." in page
    cache.clear()  # the three minutes between two letters are over
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    assert mailoutbox[0].to == ["ada@example.com"]
