"""When a session ends, its sockets close within a second, and neither its tickets nor pushes come through."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from notifications.live.admission import SIGNED_OUT
from notifications.live.hub import COME_BACK
from notifications.models import PushSubscription
from tests.accounts.browsers import SAFARI, browser_of, key_of, row_of
from tests.accounts.test_sessions_end import change_password, disable_in_the_admin
from tests.notifications.programs import ticket_of
from tests.notifications.tabs import HELLO, Tab, Tabs, session_of
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)
End = Callable[[Client, Client, User], object]


@pytest.fixture(autouse=True)
def one_redis(settings: Settings, valkey: ValkeyServer) -> None:
    """Sessions that end here end in the web process, too; and nobody has tried to log in yet."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": valkey.url}}
    settings.REDIS_URL = valkey.url
    cache.clear()


def revoke(here: Client, other: Client, _user: User) -> None:
    assert here.post(f"/accounts/sessions/{row_of(other).pk}/delete/").status_code == 302


def revoke_all_others(here: Client, _other: Client, _user: User) -> None:
    assert here.post("/accounts/sessions/others/delete/").status_code == 302


def revoke_as_a_program(here: Client, other: Client, _user: User) -> None:
    assert here.delete(f"/api/me/sessions/{row_of(other).pk}/").status_code == 204


def log_out(_here: Client, other: Client, _user: User) -> None:
    assert other.post("/accounts/logout/").status_code == 302


def change_the_password(here: Client, _other: Client, _user: User) -> None:
    change_password(here)


def disable(_here: Client, _other: Client, user: User) -> None:
    disable_in_the_admin(user)


ENDS = [revoke, revoke_all_others, revoke_as_a_program, log_out, change_the_password, disable]


def code_of_end(tab: Tab, timeout: float = 10) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        tab.next(timeout)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize("end", ENDS)
def test_its_sockets_are_closed_within_a_second(tabs: Tabs, owner: User, stranger: User, end: End) -> None:
    here, other = browser_of(owner), browser_of(owner, SAFARI)
    cookie, somebody = session_of(other), tabs.greeted(stranger)
    open_tabs = [tabs.open(cookie) for _ in range(2)]
    assert [tab.next() for tab in open_tabs] == [HELLO] * 2
    end(here, other, owner)
    ended = time.monotonic()
    assert [code_of_end(tab, 1) for tab in open_tabs] == [COME_BACK] * 2
    assert time.monotonic() - ended < 1
    assert code_of_end(tabs.open(cookie)) == SIGNED_OUT
    assert somebody.has_nothing(within=0.2)


@pytest.mark.parametrize("end", [revoke, log_out, change_the_password])
def test_who_still_lets_in_comes_back(tabs: Tabs, owner: User, end: End) -> None:
    here, other = browser_of(owner), browser_of(owner, SAFARI)
    end(here, other, owner)
    assert greeting(tabs, session_of(here)) == HELLO


def greeting(tabs: Tabs, cookie: str) -> object:
    """What they hear who come with the cookie, and come back when word of an end is later than they are."""
    tab = tabs.open(cookie)
    with suppress(ConnectionClosed):
        return tab.next()
    assert tab.socket.close_code == COME_BACK
    return tabs.open(cookie).next()


@pytest.mark.parametrize("end", ENDS)
def test_a_ticket_that_it_got_opens_nothing_any_more(tabs: Tabs, owner: User, end: End) -> None:
    here, other = browser_of(owner), browser_of(owner, SAFARI)
    good, bad = ticket_of(other), ticket_of(other)
    assert tabs.program(good).next() == HELLO
    end(here, other, owner)
    assert code_of_end(tabs.program(bad)) == SIGNED_OUT


@pytest.mark.parametrize("end", ENDS)
def test_its_browser_is_forgotten_and_no_other(owner: User, stranger: User, end: End) -> None:
    here, other = browser_of(owner), browser_of(owner, SAFARI)
    for number, (user, browser) in enumerate([(owner, other), (stranger, browser_of(stranger))]):
        PushSubscription.objects.create(
            user=user,
            session_key=key_of(browser),
            endpoint_hash=str(number),
            endpoint="https://push.example/",
        )
    end(here, other, owner)
    assert [subscription.user for subscription in PushSubscription.objects.all()] == [stranger]
