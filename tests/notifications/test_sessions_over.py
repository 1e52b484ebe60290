"""Who is signed out is hung up on at the next beat, though the word of it was lost."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from notifications import receivers
from notifications.live.hub import COME_BACK
from tests.notifications.processes import daphne
from tests.notifications.tabs import HELLO, Tabs, session_of
from tests.servers import ValkeyServer
from tests.stack import Stack

pytestmark = pytest.mark.django_db(transaction=True)
BEAT_SECONDS = 2.0
End = Callable[[Client, User], object]


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("web")
    with daphne(folder, valkey, PUSH_BEAT_SECONDS=str(BEAT_SECONDS)) as processes:
        yield processes


@pytest.fixture(autouse=True)
def every_word_of_it_gets_lost(
    settings: Settings, valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": valkey.url}}
    monkeypatch.setattr(receivers, "push", lambda *_: None)


def log_out(client: Client, _user: User) -> None:
    client.post(reverse("account_logout"))


def expire(client: Client, _user: User) -> None:
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=timezone.now())


def change_password(_client: Client, user: User) -> None:
    user.set_password("another horse battery staple")
    user.save()


def disable(_client: Client, user: User) -> None:
    user.is_active = False
    user.save()


def delete(_client: Client, user: User) -> None:
    user.delete()


@pytest.mark.parametrize("end", [log_out, expire, change_password, disable, delete])
def test_one_beat_later_they_are_hung_up_on_and_others_are_not(
    tabs: Tabs, owner: User, stranger: User, end: End
) -> None:
    client = Client()
    client.force_login(owner)
    tab, other = tabs.open(session_of(client)), tabs.greeted(stranger)
    assert tab.next() == HELLO
    other.next_beat()
    end(client, owner)
    with pytest.raises(ConnectionClosed) as closed:
        tab.next(timeout=BEAT_SECONDS * 2)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == COME_BACK
    other.next_beat()


def test_who_changes_something_else_stays(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    User.objects.filter(pk=owner.pk).update(username=F("username"), last_login=timezone.now())
    assert tab.has_nothing(within=BEAT_SECONDS * 2)
