"""Other apps hear of it when somebody's clock becomes another one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.signals import zone_changed
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


class Listener:
    """Somebody on another floor; what it answers is `page`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []
        self.page: str | None = None
        self.fails = False

    def __call__(self, sender: type[User], user: User, old: str, **_: Any) -> str | None:
        if self.fails:
            raise RuntimeError
        stored = User.objects.get(pk=user.pk).time_zone
        self.heard.append((user.username, old, stored))
        return self.page


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    zone_changed.connect(listener)
    yield listener
    zone_changed.disconnect(listener)


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def edit(client: Client, **changes: str) -> Any:
    return client.post("/accounts/profile/", {"username": "owner", "time_zone": "UTC"} | changes)


def test_it_is_told_once_with_the_old_one_and_stored_by_then(signed_in: Client, listener: Listener) -> None:
    edit(signed_in, time_zone="Asia/Tokyo")
    edit(signed_in, time_zone="Asia/Tokyo")
    assert listener.heard == [("owner", "UTC", "Asia/Tokyo")]


def test_another_name_is_no_other_zone(signed_in: Client, listener: Listener) -> None:
    edit(signed_in, username="Owner")
    assert listener.heard == []


def test_a_zone_that_is_refused_is_none(signed_in: Client, listener: Listener) -> None:
    edit(signed_in, time_zone="Mars/Olympus")
    edit(signed_in, time_zone="Asia/Tokyo", username="no good")
    assert listener.heard == []


def test_what_the_other_tab_stored_is_the_old_one(signed_in: Client, owner: User, listener: Listener) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Europe/Berlin")
    edit(signed_in, time_zone="Asia/Tokyo")
    assert listener.heard == [("owner", "Europe/Berlin", "Asia/Tokyo")]


def test_who_has_something_to_ask_leads_there(signed_in: Client, listener: Listener) -> None:
    assert edit(signed_in, time_zone="Asia/Tokyo")["Location"] == "/accounts/profile/"
    listener.page = "/about/"
    assert edit(signed_in, time_zone="Europe/Berlin")["Location"] == "/about/"


def test_the_change_is_kept_or_lost_together_with_what_follows_from_it(
    signed_in: Client, owner: User, listener: Listener
) -> None:
    listener.fails = True
    with pytest.raises(RuntimeError):
        edit(signed_in, time_zone="Asia/Tokyo")
    assert User.objects.get(pk=owner.pk).time_zone == "UTC"


def test_a_zone_that_staff_change_is_told_as_well(
    client: Client, owner: User, friend: User, listener: Listener
) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    client.force_login(owner)
    form = {"username": "friend", "email": friend.email, "time_zone": "Asia/Tokyo", "is_active": "on"}
    listener.page = "/about/"
    answer = client.post(f"/admin/accounts/user/{friend.pk}/change/", form)
    assert answer["Location"] == "/admin/accounts/user/"
    assert listener.heard == [("friend", "UTC", "Asia/Tokyo")]


def test_a_new_account_had_no_zone_before(client: Client, listener: Listener) -> None:
    form = {"username": "ada", "email": "ada@example.com", "password1": PASSWORD, "time_zone": "Asia/Tokyo"}
    client.post("/accounts/signup/", form)
    assert User.objects.get(username="ada").time_zone == "Asia/Tokyo"
    assert listener.heard == []


def test_made_by_staff_it_had_none_either(client: Client, owner: User, listener: Listener) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    client.force_login(owner)
    form = {
        "username": "ada",
        "email": "ada@example.com",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    client.post("/admin/accounts/user/add/", form)
    assert User.objects.filter(username="ada").exists()
    assert listener.heard == []
