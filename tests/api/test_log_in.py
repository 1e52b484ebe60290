"""Logging in by name and password, by the rules of the page."""

import logging
import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings
from rest_framework_simplejwt import tokens

from accounts.models import User
from api.models import LogIn
from tests.accounts.letters import link_in
from tests.api.log_ins import lets_in, log_in, pair_of, post, refresh
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

NEW = "a quite different sentence"


def is_refused(answer: Any, status: int, kind: str) -> bool:
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:clock-work:problem:{kind}")
    assert not LogIn.objects.exists()
    return True


@pytest.mark.parametrize("login", ["owner", "OWNER", " owner ", "owner@example.com", "Owner@Example.com"])
def test_either_name_or_address_will_do(owner: User, login: str) -> None:
    answer = log_in(login)
    assert answer.status_code == 200
    pair = answer.json()
    assert pair.keys() == {"access", "refresh", "expires_in", "token_type"}
    assert (pair["expires_in"], pair["token_type"]) == (900, "Bearer")
    assert lets_in(pair)
    assert not answer.cookies


def test_it_lets_in_for_as_long_where_the_next_second_begins_between_its_tokens(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count(int(time.time()) - 10)
    monkeypatch.setattr(tokens, "aware_utcnow", lambda: datetime.fromtimestamp(next(seconds), UTC))
    assert log_in().json()["expires_in"] == 900


def test_that_they_were_here_is_kept(owner: User) -> None:
    log_in()
    owner.refresh_from_db()
    assert owner.last_login is not None


@pytest.mark.parametrize(
    ("login", "password"),
    [("owner", "wrong"), ("nobody", PASSWORD), ("nobody@example.com", PASSWORD), ("owner", " ")],
)
def test_what_is_wrong_does_not_log_in(owner: User, login: str, password: str) -> None:
    answer = log_in(login, password)
    assert is_refused(answer, 401, "wrong-credentials")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("content", [{}, {"username": "owner"}, {"username": "", "password": ""}, []])
def test_what_is_missing_is_named(content: object) -> None:
    assert post("token", content).status_code == 422


def test_a_closed_account_is_like_none(owner: User) -> None:
    wrong = log_in("owner", "wrong").json()
    owner.is_active = False
    owner.save()
    answer = log_in()
    assert is_refused(answer, 401, "wrong-credentials")
    assert answer.json() == wrong


def test_a_name_that_nobody_has_takes_as_much_hashing(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    log_in("owner", "wrong")
    known = list(hashed)
    hashed.clear()
    log_in("nobody", "wrong")
    assert hashed == known == ["wrong"]


def test_an_unverified_address_gets_a_new_letter_first(mailoutbox: list[EmailMessage]) -> None:
    make_user("ada", verified=False)
    answer = log_in("ada")
    assert is_refused(answer, 403, "email-not-verified")
    assert not answer.cookies
    [letter] = mailoutbox
    assert letter.subject == "Confirm your e-mail address"
    log_in("ada@example.com")
    assert len(mailoutbox) == 1, "not two within some minutes"


def test_whether_an_address_is_verified_is_told_to_nobody_without_the_password(
    mailoutbox: list[EmailMessage],
) -> None:
    make_user("ada", verified=False)
    assert is_refused(log_in("ada", "wrong"), 401, "wrong-credentials")
    assert not mailoutbox


def test_wrong_tries_count_together_with_those_on_the_page(client: Client, owner: User) -> None:
    for _ in range(2):
        client.post("/accounts/login/", {"login": "owner", "password": "wrong"})
        log_in("owner", "wrong")
    log_in("OWNER", "wrong")
    answer = log_in()
    assert is_refused(answer, 429, "throttled")
    assert answer.headers["Retry-After"] == "300"
    page = client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    assert "Too many failed login attempts" in page.content.decode()


def test_all_tries_of_an_address_are_limited_as_on_the_page(owner: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [log_in() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_right_ones_do_not_count(owner: User) -> None:
    assert [log_in().status_code for _ in range(6)] == [200] * 6


def test_a_new_password_ends_it(client: Client, owner: User) -> None:
    pair = pair_of(owner)
    client.force_login(owner)
    new = {
        "oldpassword": PASSWORD,
        "password1": NEW,
        "password2": NEW,
    }
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert not lets_in(pair)
    assert refresh(pair).status_code == 401


def test_so_does_one_that_was_chosen_by_the_link_in_a_letter(
    client: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    pair = pair_of(owner)
    client.post("/accounts/password/reset/", {"email": "owner@example.com"})
    form_page = client.get(link_in(mailoutbox[0]))["Location"]
    client.post(form_page, {"password1": NEW, "password2": NEW})
    assert not lets_in(pair)
    assert log_in("owner", NEW).status_code == 200


def test_closing_the_account_ends_it_and_so_does_deleting_it(owner: User) -> None:
    pair = pair_of(owner)
    owner.is_active = False
    owner.save()
    assert not lets_in(pair)
    assert refresh(pair).status_code == 401
    owner.delete()
    assert not LogIn.objects.exists()


def test_nothing_that_lets_in_is_logged(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pair = pair_of(owner)
    log_in("owner", "a wrong but telling password")
    newer = refresh(pair).json()
    refresh(pair)
    lets_in(newer)
    secrets = [PASSWORD, "telling", pair["access"], pair["refresh"], newer["access"], newer["refresh"]]
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "Unauthorized" in logged, "something is logged"
    assert not [secret for secret in secrets if secret in logged]
