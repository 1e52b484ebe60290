"""Who signs out, or is signed out, hears nothing any more in the tabs that are still open."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from notifications.door import push
from notifications.live.admission import SIGNED_OUT
from notifications.live.hub import COME_BACK
from tests.notifications.tabs import HELLO, Tab, Tabs, cookie_of, session_of
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = {"topic": "run:7"}


@pytest.fixture(autouse=True)
def one_cache(settings: Settings, valkey: ValkeyServer) -> None:
    """Sessions that end here end in the web process, too."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": valkey.url}}


def code_of_end(tab: Tab) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        tab.next()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_after_logging_out_the_other_tabs_are_hung_up_on_and_not_let_in_again(
    tabs: Tabs, owner: User
) -> None:
    client = Client()
    client.force_login(owner)
    cookie = session_of(client)
    tab = tabs.open(cookie)
    assert tab.next() == HELLO
    client.post(reverse("account_logout"))
    assert code_of_end(tab) == COME_BACK
    assert code_of_end(tabs.open(cookie)) == SIGNED_OUT


def test_another_device_comes_back_and_somebody_else_notices_nothing(
    tabs: Tabs, owner: User, stranger: User
) -> None:
    cookie = cookie_of(owner)
    device, other = tabs.open(cookie), tabs.greeted(stranger)
    assert device.next() == HELLO
    client = Client()
    client.force_login(owner)
    client.post(reverse("account_logout"))
    assert code_of_end(device) == COME_BACK
    again = tabs.open(cookie)
    assert again.next() == HELLO
    push([owner.pk, stranger.pk], NEWS)
    assert again.next() == other.next() == NEWS


def change_password(user: User) -> None:
    user.set_password("another horse battery staple")
    user.save()


def disable(user: User) -> None:
    user.is_active = False
    user.save()


def delete(user: User) -> None:
    user.delete()


@pytest.mark.parametrize("change", [change_password, disable, delete])
def test_a_new_password_or_an_account_that_is_disabled_or_deleted_ends_what_was_open(
    tabs: Tabs, owner: User, change: Callable[[User], None]
) -> None:
    cookie = cookie_of(owner)
    tab = tabs.open(cookie)
    assert tab.next() == HELLO
    change(owner)
    assert code_of_end(tab) == COME_BACK
    assert code_of_end(tabs.open(cookie)) == SIGNED_OUT
