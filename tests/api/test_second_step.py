"""Logging in where a password is not enough."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from api.auth import second_steps
from api.models import LogIn
from tests.accounts.second_factors import add_passkey, code_now, give_recovery_codes, switch_on_app
from tests.api.log_ins import lets_in, log_in, post
from tests.factories import make_user
from tests.together import together

pytestmark = pytest.mark.django_db


def answer_with(code: object, token: object) -> Any:
    return post("token/mfa", {"mfa_token": token, "code": code})


@pytest.fixture
def secret(owner: User) -> str:
    return switch_on_app(owner)


def test_the_password_alone_does_not_let_in(owner: User, secret: str) -> None:
    answer = log_in()
    assert answer.status_code == 403
    problem = answer.json()
    assert problem["type"] == "urn:clock-work:problem:mfa-required"
    assert (problem["methods"], problem["expires_in"]) == (["totp"], 300)
    assert not LogIn.objects.exists()
    assert post("token/refresh", {"refresh": problem["mfa_token"]}).status_code == 401
    assert not lets_in({"access": problem["mfa_token"]})


def test_a_wrong_password_is_not_told_of_it(owner: User, secret: str) -> None:
    assert log_in("owner", "wrong").status_code == 401


@pytest.mark.parametrize("by", ["app", "recovery code"])
def test_a_code_does_once(owner: User, secret: str, by: str) -> None:
    code = code_now(secret) if by == "app" else give_recovery_codes(owner)[0]
    token = log_in().json()["mfa_token"]
    answer = answer_with(code, token)
    assert answer.status_code == 200
    assert lets_in(answer.json())
    again = answer_with(code, token)
    assert (again.status_code, again.json()["type"]) == (401, "urn:clock-work:problem:wrong-code")


def test_recovery_codes_are_offered_while_there_are_any(owner: User, secret: str) -> None:
    give_recovery_codes(owner)
    assert log_in().json()["methods"] == ["totp", "recovery_codes"]


def test_who_has_a_passkey_alone_is_sent_to_a_browser(owner: User) -> None:
    add_passkey(owner)
    answer = log_in()
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:clock-work:problem:passkey-required")
    assert "mfa_token" not in answer.json()


def test_an_address_is_verified_first(secret: str) -> None:
    switch_on_app(make_user("ada", verified=False))
    assert log_in("ada").json()["type"] == "urn:clock-work:problem:email-not-verified"


def test_tries_are_limited_together_with_those_on_the_page(client: Client, owner: User, secret: str) -> None:
    token = log_in().json()["mfa_token"]
    assert [answer_with("wrong", token).status_code for _ in range(5)] == [401] * 5
    refused = answer_with(code_now(secret), token)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    client.post("/accounts/login/", {"login": "owner", "password": "correct horse battery staple"})
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert "_auth_user_id" not in client.session


def test_somebody_elses_code_does_not(owner: User, friend: User, secret: str) -> None:
    switch_on_app(friend)
    assert answer_with(code_now(secret), log_in("friend").json()["mfa_token"]).status_code == 401


@pytest.mark.parametrize("end", ["password", "closed", "deleted"])
def test_the_step_is_over_when_what_led_there_is_not_so_any_more(owner: User, secret: str, end: str) -> None:
    token = log_in().json()["mfa_token"]
    if end == "deleted":
        owner.delete()
    else:
        owner.is_active = end != "closed"
        owner.set_password("another battery staple")
        owner.save()
    answer = answer_with(code_now(secret), token)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:clock-work:problem:mfa-token-not-valid")


def test_and_after_five_minutes(owner: User, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = log_in().json()["mfa_token"]
    monkeypatch.setattr(second_steps, "GOOD_FOR", timedelta(seconds=-1))  # as if they had passed
    assert answer_with(code_now(secret), token).status_code == 401


@pytest.mark.parametrize("token", ["x", "a:b:c", signing.dumps([1, "x"], salt="another"), "é", "x" * 5000])
def test_what_nobody_was_given_is_none(owner: User, secret: str, token: str) -> None:
    assert answer_with(code_now(secret), token).status_code == 401


@pytest.mark.parametrize("content", [{}, {"mfa_token": "x"}, {"code": ["1"], "mfa_token": {}}])
def test_what_is_missing_is_named(content: object) -> None:
    assert post("token/mfa", content).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_code_one_is_let_in(owner: User, secret: str) -> None:
    token, code = log_in().json()["mfa_token"], code_now(secret)
    answers: list[Any] = together(*[lambda: answer_with(code, token)] * 3)
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
