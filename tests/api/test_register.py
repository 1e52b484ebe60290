"""Signing up as a program does: the rules, letters and limits of the page, and no session."""

from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from api.auth import registration
from api.models import IdempotentRequest
from tests.accounts.letters import link_in
from tests.factories import PASSWORD, make_user
from tests.together import together

pytestmark = pytest.mark.django_db

ADA = {"username": "ada", "email": "ada@example.com", "password": PASSWORD, "time_zone": "Europe/Paris"}


def register(key: str = "", **changes: object) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return APIClient().post("/api/auth/register/", ADA | changes, format="json", headers=headers)


def errors_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def test_the_link_in_the_letter_finishes_it(client: Client, mailoutbox: list[EmailMessage]) -> None:
    answer = register()
    assert answer.status_code == 201
    assert answer.json() == {"username": "ada", "email": "ada@example.com", "time_zone": "Europe/Paris"}
    assert answer.headers["Location"] == "http://testserver/api/me/"
    user = User.objects.get()
    assert (user.username, user.email, user.time_zone) == ("ada", "ada@example.com", "Europe/Paris")
    assert user.check_password(PASSWORD)
    [letter] = mailoutbox
    assert letter.subject == "Welcome to Clock Work: confirm your address"
    assert not user.has_verified_email()
    client.post(link_in(letter))
    assert user.has_verified_email()


def test_it_begins_no_session() -> None:
    assert not register().cookies
    assert not register(email="ada@example.com", username="again").cookies


def test_without_a_zone_it_is_utc() -> None:
    asked = {name: value for name, value in ADA.items() if name != "time_zone"}
    assert APIClient().post("/api/auth/register/", asked, format="json").json()["time_zone"] == "UTC"


def test_a_taken_address_looks_the_same_and_its_owner_hears_of_it(mailoutbox: list[EmailMessage]) -> None:
    """Who has an account here is nobody's business."""
    new = register(email="new@example.com")
    make_user("first", email="known@example.com")
    mailoutbox.clear()
    known = register(email="KNOWN@example.com", username="grace")
    assert known.status_code == new.status_code == 201
    assert {**new.json(), "username": "grace", "email": "known@example.com"} == known.json()
    assert new.headers.keys() == known.headers.keys()
    assert not User.objects.filter(username="grace").exists()
    [letter] = mailoutbox
    assert letter.subject == "You have an account already"
    assert letter.to == ["known@example.com"]


def test_it_takes_the_same_hashing_whether_the_address_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    register()
    assert hashed == [PASSWORD]
    register(username="grace")
    assert hashed == [PASSWORD, PASSWORD]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("username", "ada@example.com", "Letters, digits and the characters . + - _ make a username."),
        ("username", "a" * 31, "Ensure this field has no more than 30 characters."),
        ("username", "", "This field may not be blank."),
        ("username", None, "This field may not be null."),
        ("username", ["ada"], "Not a valid string."),
        ("email", "ada", "Enter a valid email address."),
        ("email", f"{'a' * 250}@example.com", "Ensure this field has no more than 254 characters."),
        ("password", "1234567", "This password is entirely numeric."),
        ("password", "", "This field may not be blank."),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is not a time zone we know."),
    ],
)
def test_what_is_wrong_is_said_of_its_field(field: str, value: Any, error: str) -> None:
    assert errors_of(register(**{field: value})) == {field: error}
    assert not User.objects.exists()


def test_a_taken_username_is_named_whatever_its_case() -> None:
    make_user("Ada", email="other@example.com")
    assert errors_of(register()) == {"username": "This username is taken."}


def test_it_is_limited_together_with_the_page(client: Client) -> None:
    for _ in range(10):
        client.post("/accounts/signup/", {})
        assert register(email="").status_code == 422
    refused = register()
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert not User.objects.exists()


def test_a_credential_that_comes_along_is_not_looked_at() -> None:
    headers = {"Authorization": "Bearer cw_wrong"}
    assert APIClient().post("/api/auth/register/", ADA, format="json", headers=headers).status_code == 201


def test_with_one_key_it_is_done_once(mailoutbox: list[EmailMessage]) -> None:
    first, second = register(key="k"), register(key="k")
    assert first.json() == second.json()
    assert (second.status_code, second.headers["Idempotency-Replayed"]) == (201, "true")
    assert len(mailoutbox) == User.objects.count() == 1
    assert register(key="k", password="another battery staple").status_code == 422
    assert register(key="k", username="grace", email="grace@example.com").status_code == 201, "their own"


def test_that_it_was_done_is_forgotten_with_the_account() -> None:
    register(key="k")
    User.objects.all().delete()
    assert not IdempotentRequest.objects.exists()


def test_what_is_kept_of_it_does_not_tell_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same request has another fingerprint under another key of the site."""
    register(key="k")
    kept = IdempotentRequest.objects.get()
    assert PASSWORD not in str(kept.__dict__)
    monkeypatch.setattr("django.conf.settings.SECRET_KEY", "another one")
    register(key="other", email="other@example.com", username="ADA")
    assert register(key="k").status_code == 422


@pytest.fixture
def both_find_it_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite lets them in one after the other."""
    both = Barrier(2 if connection.vendor == "postgresql" else 1)
    sign_up = registration.sign_up

    def sign_up_together(*arguments: Any) -> User | None:
        both.wait(20)
        return sign_up(*arguments)

    monkeypatch.setattr(registration, "sign_up", sign_up_together)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("both_find_it_free")
@pytest.mark.parametrize(
    ("other", "statuses"), [({"email": "other@example.com"}, [201, 422]), ({"username": "grace"}, [201, 201])]
)
def test_of_two_at_once_one_gets_the_name_and_the_address(other: dict[str, Any], statuses: list[int]) -> None:
    answers: list[Any] = together(register, lambda: register(**other))
    assert sorted(answer.status_code for answer in answers) == statuses
    assert User.objects.count() == 1
