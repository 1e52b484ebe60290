"""A session that ends lets in no more, leaves nothing behind, and is told of."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import sessions
from accounts.middleware import SessionsMiddleware
from accounts.models import User
from accounts.signals import session_ended
from tests.accounts.browsers import SAFARI, browser_of, is_stored, key_of, lets_in, row_of
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "another horse battery staple"
Ended = list[tuple[int, str]]


@pytest.fixture
def ended() -> Iterator[Ended]:
    """Of whom which sessions ended, as others hear of it."""
    heard: Ended = []

    def hear(user_id: int, key: str, **_: object) -> None:
        assert not is_stored(key)
        heard.append((user_id, key))

    session_ended.connect(hear)
    yield heard
    session_ended.disconnect(hear)


def change_password(browser: Client) -> None:
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert browser.post("/accounts/password/change/", fields).status_code == 302


def disable_in_the_admin(user: User) -> None:
    admin = Client()
    admin.force_login(make_user("admin", is_staff=True, is_superuser=True))
    fields = {"username": user.username, "email": user.email, "time_zone": "UTC"}
    dates = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    answer = admin.post(f"/admin/accounts/user/{user.pk}/change/", fields | dates)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    user.refresh_from_db()
    assert not user.is_active


def delete_its_row(browser: Client) -> None:
    row_of(browser).delete()


def delete_in_the_admin(browser: Client) -> None:
    admin = Client()
    admin.force_login(make_user("admin", is_staff=True, is_superuser=True))
    path = f"/admin/usersessions/usersession/{row_of(browser).pk}/delete/"
    assert admin.post(path, {"post": "yes"}).status_code == 302


def log_out(browser: Client) -> None:
    browser.post("/accounts/logout/")


@pytest.mark.parametrize("end", [log_out, delete_its_row, delete_in_the_admin])
def test_one_ends_alone(owner: User, ended: Ended, end: Callable[[Client], None]) -> None:
    browser, other = browser_of(owner), browser_of(owner, SAFARI)
    key = key_of(browser)
    end(browser)
    assert ended == [(owner.pk, key)]
    browser.cookies["clock_work_session"] = key  # kept by somebody who got hold of it
    assert not lets_in(browser)
    assert lets_in(other)
    assert not UserSession.objects.filter(session_key=key).exists()


def test_another_password_ends_all_others(owner: User, stranger: User, ended: Ended) -> None:
    browser, others = browser_of(owner), [browser_of(owner, SAFARI) for _ in range(2)]
    theirs = browser_of(stranger)
    before, since = key_of(browser), row_of(browser).created_at
    keys = [key_of(other) for other in others]
    change_password(browser)
    assert sorted(ended) == sorted((owner.pk, key) for key in [*keys, before])
    assert [lets_in(each) for each in [browser, theirs, *others]] == [True, True, False, False]
    assert row_of(browser).created_at == since
    assert key_of(browser) != before
    assert UserSession.objects.filter(user=owner).count() == 1


def test_pages_beside_the_one_that_changed_the_password_hear_when_the_new_key_was_sent(
    owner: User, ended: Ended, rf: RequestFactory
) -> None:
    browser = browser_of(owner)
    request = rf.get("/")
    request.user, request.session = owner, browser.session

    def change(request: HttpRequest) -> HttpResponse:
        request.session.cycle_key()
        return HttpResponse()

    before = key_of(browser)
    response = SessionsMiddleware(change)(request)
    assert ended == []
    assert UserSession.objects.filter(session_key=request.session.session_key).exists()
    response.close()
    assert ended == [(owner.pk, before)]


def test_so_does_one_that_is_set_from_elsewhere(owner: User, ended: Ended) -> None:
    browsers = [browser_of(owner) for _ in range(2)]
    keys = sorted(key_of(browser) for browser in browsers)
    owner.set_password(NEW_PASSWORD)
    owner.save(update_fields=["password"])
    assert sorted(key for _, key in ended) == keys
    assert not any(is_stored(key) for key in keys)


def test_who_is_disabled_in_the_admin_is_out_everywhere(owner: User, ended: Ended) -> None:
    browsers = [browser_of(owner) for _ in range(2)]
    keys = sorted(key_of(browser) for browser in browsers)
    disable_in_the_admin(owner)
    assert sorted(ended) == [(owner.pk, key) for key in keys]
    assert not any(lets_in(browser) for browser in browsers)


def test_of_who_is_deleted_no_session_is_left(owner: User, ended: Ended) -> None:
    key, pk = key_of(browser_of(owner)), owner.pk
    owner.delete()
    assert ended == [(pk, key)]
    assert not Session.objects.exists()


def test_a_change_of_something_else_ends_none(owner: User, ended: Ended) -> None:
    browser = browser_of(owner)
    owner.refresh_from_db()
    owner.time_zone = "Asia/Tokyo"
    owner.save()
    assert lets_in(browser)
    assert ended == []


def end_but_in_the_cache(browser: Client) -> None:
    """It was asked in the moment between the deletions from the database and from the cache."""
    key, kept = key_of(browser), dict(browser.session.items())
    row_of(browser).delete()
    cache.set(KEY_PREFIX + key, kept)


def test_a_cache_that_brings_it_back_does_not_for_long(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SECONDS_BETWEEN_NOTES", 0)
    browser = browser_of(owner)
    key = key_of(browser)
    end_but_in_the_cache(browser)
    assert not lets_in(browser)
    assert cache.get(KEY_PREFIX + key) is None
    assert not UserSession.objects.filter(session_key=key).exists()


def refuse(browser: Client) -> None:
    """Between the commit of another password and the end of the sessions that it refuses."""
    user = row_of(browser).user
    user.set_password(NEW_PASSWORD)
    User.objects.filter(pk=user.pk).update(password=user.password)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/profile/", "/about/"])
@pytest.mark.parametrize("end", [delete_its_row, refuse, end_but_in_the_cache])
def test_an_answer_that_comes_late_takes_no_newer_cookie_away(
    owner: User, monkeypatch: pytest.MonkeyPatch, end: Callable[[Client], None], path: str
) -> None:
    """Another tab may have got one since the question was asked by the session that is over now."""
    monkeypatch.setattr(sessions, "SECONDS_BETWEEN_NOTES", 0)
    browser = browser_of(owner)
    end(browser)
    answer = browser.get(path)
    assert not answer.wsgi_request.user.is_authenticated
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert not lets_in(browser)


def test_who_logs_out_takes_the_cookie_along(owner: User) -> None:
    browser = browser_of(owner)
    answer = browser.post("/accounts/logout/")
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""


def test_one_that_has_expired_is_not_among_them(owner: User) -> None:
    browser = browser_of(owner)
    assert sessions.visible_to(owner).count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert sessions.visible_to(owner).count() == 0
    assert key_of(browser)


def test_it_is_noted_once_in_a_while_where_it_was_last_seen(
    owner: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(owner, address="192.0.2.7")
    first = row_of(browser)
    browser.get("/about/", REMOTE_ADDR="192.0.2.8")
    assert row_of(browser).ip == "192.0.2.7"
    monkeypatch.setattr(sessions, "SECONDS_BETWEEN_NOTES", 0)
    browser.get("/about/", REMOTE_ADDR="192.0.2.8")
    last = row_of(browser)
    assert (last.ip, last.created_at) == ("192.0.2.8", first.created_at)
    assert last.last_seen_at > first.last_seen_at


def test_one_from_before_they_were_kept_is_noted_when_it_is_next_seen(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(owner)
    UserSession.objects.all()._raw_delete("default")
    monkeypatch.setattr(sessions, "SECONDS_BETWEEN_NOTES", 0)
    assert lets_in(browser)
    assert row_of(browser).user == owner


def test_what_no_proxy_of_ours_says_about_an_address_is_not_believed(owner: User) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.7", headers={"x-forwarded-for": "203.0.113.9"})
    browser.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    assert row_of(browser).ip == "192.0.2.7"


def test_behind_a_proxy_the_address_is_what_that_says(owner: User, settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    browser = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})
    browser.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    assert row_of(browser).ip == "203.0.113.9"


def test_a_name_of_a_browser_may_be_anything(owner: User) -> None:
    browser = browser_of(owner, "a\0" + "x" * 5000)
    assert row_of(browser).user_agent.startswith("ax")
