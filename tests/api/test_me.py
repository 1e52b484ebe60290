"""Oneself, as a program sees and changes it: by the rules of the profile page."""

from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.moving import save
from accounts.signals import zone_changed
from tests.api.clients import program_of
from tests.factories import make_user
from tests.together import together

pytestmark = pytest.mark.django_db


def change(user: User, **changes: object) -> Any:
    return program_of(user).patch("/api/me/", changes, format="json")


def test_who_one_is(owner: User) -> None:
    shown = program_of(owner).get("/api/me/").json()
    assert shown.pop("date_joined").endswith("Z")
    assert shown == {
        "id": owner.pk,
        "url": "http://testserver/api/me/",
        "html_url": "http://testserver/accounts/profile/",
        "username": "owner",
        "name": "",
        "avatar_url": None,
        "email": "owner@example.com",
        "email_verified": True,
        "usercode": owner.usercode,
        "time_zone": "UTC",
        "is_staff": False,
    }


def test_what_it_costs(owner: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    program = program_of(owner)
    program.get("/api/me/")
    with django_assert_num_queries(2):  # the token and its user, whether verified
        program.get("/api/me/")


def test_name_and_zone_are_changed_and_the_rest_is_left(owner: User) -> None:
    answer = change(owner, username="Owner")
    assert answer.status_code == 200
    assert (answer.json()["username"], answer.json()["time_zone"]) == ("Owner", "UTC")
    assert change(owner, time_zone="Asia/Tokyo").json()["time_zone"] == "Asia/Tokyo"
    assert change(owner).status_code == 200
    owner.refresh_from_db()
    assert (owner.username, owner.time_zone) == ("Owner", "Asia/Tokyo")


def test_what_follows_the_clock_hears_of_another_zone(owner: User) -> None:
    heard: list[tuple[str, str]] = []

    def hear(sender: type[User], user: User, old: str, **_: Any) -> None:
        heard.append((old, user.time_zone))

    zone_changed.connect(hear)
    try:
        change(owner, username="Owner", time_zone="Asia/Tokyo")
        change(owner, username="owner", time_zone="Asia/Tokyo")
    finally:
        zone_changed.disconnect(hear)
    assert heard == [("UTC", "Asia/Tokyo")]


@pytest.mark.parametrize(
    ("field", "value", "error", "code"),
    [
        ("username", "FRIEND", "This username is taken.", "unique"),
        ("username", "a b", "Letters, digits and the characters . + - _ make a username.", "invalid"),
        ("username", "a" * 31, "Ensure this value has at most 30 characters (it has 31).", "max_length"),
        ("username", "", "This field may not be blank.", "blank"),
        ("username", None, "This field may not be null.", "null"),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is not a time zone we know.", "unknown_zone"),
        ("time_zone", ["UTC"], "Not a valid string.", "invalid"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(
    owner: User, friend: User, field: str, value: object, error: str, code: str
) -> None:
    answer = change(owner, **{field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "detail": error, "code": code}]
    owner.refresh_from_db()
    assert (owner.username, owner.time_zone) == ("owner", "UTC")


def test_neither_code_nor_address_nor_rank_is_changed(owner: User) -> None:
    code = owner.usercode
    assert change(owner, usercode="K7M3RD", email="new@example.com", is_staff=True).status_code == 200
    owner.refresh_from_db()
    assert (owner.usercode, owner.email, owner.is_staff) == (code, "owner@example.com", False)


def test_who_may_only_read_changes_nothing(owner: User) -> None:
    program = program_of(owner, can_write=False)
    assert program.get("/api/me/").status_code == 200
    assert program.patch("/api/me/", {"username": "x"}, format="json").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_name_at_once_one_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find it free; SQLite lets them in one after the other."""
    both = Barrier(2 if connection.vendor == "postgresql" else 1)

    def save_together(*arguments: Any) -> str | None:
        both.wait(20)
        return save(*arguments)

    monkeypatch.setattr("api.me.save", save_together)
    users = [make_user("one"), make_user("two")]
    answers: list[Any] = together(*[lambda user=user: change(user, username="Three") for user in users])
    assert sorted(answer.status_code for answer in answers) == [200, 422]


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_both_are_kept(owner: User) -> None:
    together(lambda: change(owner, username="Owner"), lambda: change(owner, time_zone="Asia/Tokyo"))
    owner.refresh_from_db()
    assert (owner.username, owner.time_zone) == ("Owner", "Asia/Tokyo")
