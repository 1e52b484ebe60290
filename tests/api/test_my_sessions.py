"""Where one is logged in, as programs see it that are logged in themselves."""

from datetime import datetime
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from api.models import LogIn
from tests.accounts.browsers import SAFARI, browser_of, lets_in, row_of
from tests.api.clients import make_log_in, program_of
from tests.api.log_ins import pair_of

pytestmark = pytest.mark.django_db(transaction=True)  # what the cache holds goes after the commit
PATH = "/api/me/sessions/"


def logged_in(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair_of(user)['access']}")
    return client


def test_a_program_sees_browsers_and_programs_and_itself(owner: User, stranger: User) -> None:
    session = row_of(browser_of(owner, SAFARI, "2001:db8::9"))
    browser_of(stranger)
    make_log_in(stranger)
    browser, program = logged_in(owner).get(PATH).json()["results"]
    log_in = LogIn.objects.get(user=owner)
    moments = browser.pop("since"), browser.pop("last_seen"), program.pop("since"), program.pop("last_seen")
    assert all(datetime.fromisoformat(moment) for moment in moments)
    assert browser == {
        "id": str(session.pk),
        "kind": "browser",
        "name": "Safari on iPhone",
        "address": "2001:db8::9",
        "is_this": False,
    }
    assert program == {
        "id": str(log_in.pk),
        "kind": "program",
        "name": "A program",
        "address": None,
        "is_this": True,
    }


def test_a_page_of_the_site_sees_itself(owner: User) -> None:
    here = browser_of(owner)
    assert [place["is_this"] for place in here.get(PATH).json()["results"]] == [True]


def test_it_ends_one_of_either_kind(owner: User) -> None:
    other, log_in, program = browser_of(owner), make_log_in(owner), logged_in(owner)
    for key in (row_of(other).pk, log_in.pk):
        assert program.delete(f"{PATH}{key}/").status_code == 204
        assert program.delete(f"{PATH}{key}/").status_code == 404
    assert not lets_in(other)
    assert [place["is_this"] for place in program.get(PATH).json()["results"]] == [True]


def test_it_may_end_itself(owner: User) -> None:
    program = logged_in(owner)
    assert program.delete(f"{PATH}{LogIn.objects.get().pk}/").status_code == 204
    assert program.get(PATH).status_code == 401


def test_it_ends_all_others(owner: User, stranger: User) -> None:
    browsers, program, theirs = [browser_of(owner) for _ in range(2)], logged_in(owner), browser_of(stranger)
    make_log_in(owner)
    assert program.delete(PATH).status_code == 204
    assert not any(lets_in(browser) for browser in browsers)
    assert lets_in(theirs)
    assert [place["is_this"] for place in program.get(PATH).json()["results"]] == [True]


def test_somebody_elses_do_not_exist(owner: User, stranger: User) -> None:
    theirs, log_in = browser_of(stranger), make_log_in(stranger)
    program = logged_in(owner)
    strange = (uuid4(), "0", "99999999999999999999", "x", "٣")
    for key in (row_of(theirs).pk, log_in.pk, *strange):
        assert program.delete(f"{PATH}{key}/").status_code == 404
    assert lets_in(theirs)
    assert LogIn.objects.filter(pk=log_in.pk).exists()


def test_an_api_token_reaches_none_of_it(owner: User) -> None:
    other = browser_of(owner)
    program = program_of(owner)
    answers = [program.get(PATH), program.delete(PATH), program.delete(f"{PATH}{row_of(other).pk}/")]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert answers[0].json()["detail"] == "An API token does not reach this. Log in for it."
    assert lets_in(other)
    assert UserSession.objects.count() == 1


def test_with_a_cookie_alone_nothing_is_ended(owner: User) -> None:
    other = browser_of(owner, SAFARI)
    here = Client(enforce_csrf_checks=True)
    here.force_login(owner)
    assert here.delete(PATH).status_code == 403
    assert lets_in(other)
