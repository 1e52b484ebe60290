"""The page about oneself."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def edit(client: Client, **changes: str) -> Any:
    return client.post("/accounts/profile/", {"username": "owner", "time_zone": "UTC"} | changes)


def test_it_shows_the_usercode_and_how_to_say_it(signed_in: Client, owner: User) -> None:
    page = signed_in.get("/accounts/profile/").content.decode()
    assert owner.usercode_grouped in page
    assert owner.usercode_spoken in page
    assert owner.email in page


def test_name_and_zone_are_changed(signed_in: Client, owner: User) -> None:
    assert edit(signed_in, username="Owner", time_zone="Asia/Tokyo")["Location"] == "/accounts/profile/"
    owner.refresh_from_db()
    assert (owner.username, owner.time_zone) == ("Owner", "Asia/Tokyo")


def test_a_zone_that_nobody_knows_is_refused(signed_in: Client, owner: User) -> None:
    answer = edit(signed_in, time_zone="Mars/Olympus")
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"time_zone": ["“Mars/Olympus” is not a time zone we know."]}
    assert User.objects.get(pk=owner.pk).time_zone == "UTC"


def test_a_taken_name_is_refused_whatever_its_case(signed_in: Client, owner: User, friend: User) -> None:
    answer = edit(signed_in, username="FRIEND")
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"username": ["This username is taken."]}
    header = answer.content.decode().split("</header>")[0]
    assert ">owner<" in header  # what was typed is not who one is


def test_neither_code_nor_address_nor_rank_is_changed_here(signed_in: Client, owner: User) -> None:
    edit(signed_in, usercode="K7M3RD", email="new@example.com", is_staff="on", is_superuser="on")
    same = User.objects.get(pk=owner.pk)
    assert (same.usercode, same.email) == (owner.usercode, owner.email)
    assert not same.is_staff
    assert not same.is_superuser


def test_strangers_are_sent_to_the_log_in_page(client: Client) -> None:
    assert client.get("/accounts/profile/")["Location"] == "/accounts/login/?next=/accounts/profile/"


def test_its_cost_does_not_grow(
    signed_in: Client, friend: User, stranger: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cache.clear()  # the session is then read from the database, whether Redis is there or not
    # session, user, form's user, inbox's version, unread
    with django_assert_num_queries(5):
        signed_in.get("/accounts/profile/")


def test_a_name_is_given_and_taken_away(signed_in: Client, owner: User) -> None:
    for name, kept in [("  Zoë Ångström-李  ", "Zoë Ångström-李"), ("", "")]:
        assert edit(signed_in, name=name).status_code == 302
        owner.refresh_from_db()
        assert owner.name == kept
        assert owner.get_full_name() == (kept or "owner")


@pytest.mark.parametrize("name", ["two\nlines", "right\u202eto left", "bell\a", "x" * 61, "\u2028"])
def test_a_name_that_would_disturb_others_is_refused(signed_in: Client, owner: User, name: str) -> None:
    answer = edit(signed_in, name=f"a{name}b")
    assert answer.status_code == 422
    assert [*answer.context["form"].errors] == ["name"]
    owner.refresh_from_db()
    assert owner.name == ""


SETTINGS = {
    "/accounts/profile/": "Profile",
    "/accounts/email/": "E-mail address",
    "/accounts/password/change/": "Password",
    "/accounts/2fa/": "Second factor",
    "/accounts/2fa/webauthn/": "Second factor",
    "/accounts/sessions/": "Where you are logged in",
    "/notifications/settings/": "Notifications",
    "/reminders/calendar/": "Calendar",
    "/accounts/tokens/": "Programs and API tokens",
    "/accounts/delete/": "Delete account",
}


@pytest.mark.parametrize("path", SETTINGS)
def test_from_each_page_about_oneself_all_others_are_reached(client: Client, owner: User, path: str) -> None:
    client.force_login(owner)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    menu = client.get(path).content.decode().split('aria-label="Settings"')[1].split("</nav>")[0]
    assert re.findall(r"</svg>\s*(.*?)</a>", menu) == [*dict.fromkeys(SETTINGS.values())]
    [here] = re.findall(r'aria-current="(?:page|true)".*?</svg>\s*(.*?)</a>', menu, re.DOTALL)
    assert here == SETTINGS[path]
