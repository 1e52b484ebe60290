"""The page about where one is logged in."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from api.models import LogIn
from tests.accounts.browsers import FIREFOX, SAFARI, browser_of, lets_in, row_of, session_of
from tests.api.clients import make_log_in

pytestmark = pytest.mark.django_db(transaction=True)  # what the cache holds goes after the commit
PAGE = "/accounts/sessions/"


def names_on(browser: Client) -> list[str]:
    context = browser.get(PAGE).context
    return [place.name for place in context["browsers"]]


def end(browser: Client, session: UserSession) -> int:
    return browser.post(f"{PAGE}{session.pk}/delete/").status_code


def test_it_shows_the_browsers_this_one_first(owner: User, stranger: User) -> None:
    here, _ = browser_of(owner, FIREFOX, "192.0.2.7"), browser_of(owner, SAFARI, "2001:db8::9")
    browser_of(stranger, SAFARI, "203.0.113.4")
    page = here.get(PAGE)
    shown = [(place.name, place.address, place.is_this) for place in page.context["browsers"]]
    assert shown == [
        ("Firefox on Linux", "192.0.2.7", True),
        ("Safari on iPhone", "2001:db8::9", False),
    ]
    text = page.content.decode()
    assert "this one" in text
    assert "2001:db8::9" in text
    assert "203.0.113.4" not in text


def test_it_can_be_read_without_knowing_an_address(client: Client, owner: User) -> None:
    client.force_login(owner)
    (place,) = client.get(PAGE).context["browsers"]
    assert (place.name, place.address) == ("A browser", None)


def test_what_has_expired_is_not_shown(owner: User) -> None:
    here, gone = browser_of(owner), browser_of(owner, SAFARI)
    stored = Session.objects.filter(session_key=row_of(gone).session_key)
    stored.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert names_on(here) == ["Firefox on Linux"]


def test_another_one_is_logged_out(owner: User) -> None:
    here, other = browser_of(owner), browser_of(owner, SAFARI)
    answer = here.post(f"{PAGE}{row_of(other).pk}/delete/", follow=True)
    assert "Safari on iPhone is logged out." in answer.content.decode()
    assert not lets_in(other)
    assert names_on(here) == ["Firefox on Linux"]


def test_pressed_twice_it_is_not_there_any_more(owner: User) -> None:
    here, session = browser_of(owner), session_of(owner)
    assert [end(here, session), end(here, session)] == [302, 404]


def test_somebody_elses_is_not_there(owner: User, stranger: User) -> None:
    here, theirs = browser_of(owner), browser_of(stranger)
    assert end(here, row_of(theirs)) == 404
    assert lets_in(theirs)


def test_this_one_is_logged_out_like_everywhere(owner: User) -> None:
    here = browser_of(owner)
    answer = here.post(f"{PAGE}{row_of(here).pk}/delete/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert not lets_in(here)


def test_everywhere_else_they_are_logged_out_programs_too(owner: User, stranger: User) -> None:
    here, others = browser_of(owner), [browser_of(owner, SAFARI) for _ in range(2)]
    theirs, log_in = browser_of(stranger), make_log_in(stranger)
    make_log_in(owner)
    assert here.post(f"{PAGE}others/delete/").status_code == 302
    assert [lets_in(each) for each in [here, theirs, *others]] == [True, True, False, False]
    assert LogIn.objects.get() == log_in


def test_programs_are_shown_and_logged_out_from_here(owner: User) -> None:
    here, log_in = browser_of(owner), make_log_in(owner)
    (place,) = here.get(PAGE).context["programs"]
    assert place.id == str(log_in.pk)
    path, page = f"/accounts/tokens/log-ins/{log_in.pk}/delete/", f"http://testserver{PAGE}"
    assert here.post(path, headers={"referer": page})["Location"] == page
    assert not LogIn.objects.exists()


def test_it_costs_the_same_however_many_there_are(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    here = browser_of(owner)
    here.get(PAGE)
    for number in (1, 3):
        for _ in range(number):
            browser_of(owner, SAFARI)
            make_log_in(owner)
        with django_assert_num_queries(5):  # the user, browsers, programs, and two for the bell
            here.get(PAGE)


@pytest.mark.parametrize("path", ["others/delete/", "{pk}/delete/"])
def test_nothing_is_ended_by_a_link_or_from_another_site(owner: User, path: str) -> None:
    other = browser_of(owner, SAFARI)
    here = Client(enforce_csrf_checks=True)
    here.force_login(owner)
    address = PAGE + path.format(pk=row_of(other).pk)
    assert here.get(address).status_code == 405
    assert here.post(address).status_code == 403
    assert lets_in(other)
