"""Deleting one's account as a program: with the password, and by no token that is kept for long."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.clients import program_of
from tests.api.log_ins import lets_in, pair_of, refresh
from tests.api.test_matrix import session_of
from tests.factories import PASSWORD, make_user
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def logged_in(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair_of(user)['access']}")
    return client


def delete(client: APIClient, **content: object) -> Any:
    return client.delete("/api/me/", content, format="json")


def is_there(user: User) -> bool:
    return User.objects.filter(pk=user.pk).exists()


def test_a_log_in_with_the_password_deletes_it_and_is_over(owner: User, friend: User) -> None:
    make_note(owner)
    others = [pair_of(owner), pair_of(owner)]
    program = logged_in(owner)
    assert delete(program, password=PASSWORD).status_code == 204
    assert list(User.objects.all()) == [friend]
    assert program.get("/api/me/").status_code == 401
    assert [lets_in(pair) for pair in others] == [False, False]
    assert refresh(others[0]).status_code == 401


def test_a_session_with_the_password_deletes_it_and_is_over(owner: User) -> None:
    browser = session_of(owner, sends_csrf_token=True)
    assert delete(browser, password=PASSWORD).status_code == 204
    assert not is_there(owner)
    assert browser.get("/api/me/").status_code == 401


def test_a_personal_token_does_not(owner: User) -> None:
    answer = delete(program_of(owner), password=PASSWORD)
    assert (answer.status_code, is_there(owner)) == (403, True)
    assert answer.json()["detail"] == "No API token deletes an account. Log in, and give the password."


@pytest.mark.parametrize(
    ("content", "error", "code"),
    [
        ({}, "This field is required.", "required"),
        ({"password": "wrong"}, "This is not your password.", "incorrect_password"),
        ({"password": ["a"]}, "Not a valid string.", "invalid"),
        ({"password": ""}, "This field may not be blank.", "blank"),
    ],
)
def test_without_the_right_password_it_stays(
    owner: User, content: dict[str, object], error: str, code: str
) -> None:
    answer = delete(logged_in(owner), **content)
    assert (answer.status_code, is_there(owner)) == (422, True)
    assert answer.json()["errors"] == [{"field": "password", "detail": error, "code": code}]


def test_guessing_the_password_is_limited(owner: User) -> None:
    program = logged_in(owner)
    answers = [delete(program, password=f"guess {number}").status_code for number in range(11)]
    assert set(answers) <= {422, 429}
    answer = delete(program, password=PASSWORD)
    assert answer.status_code in {422, 429}
    assert is_there(owner)


def test_the_last_superuser_stays() -> None:
    chief = make_user("chief", is_superuser=True)
    answer = delete(logged_in(chief), password=PASSWORD)
    assert (answer.status_code, is_there(chief)) == (409, True)
    assert "the last superuser" in answer.json()["detail"]
