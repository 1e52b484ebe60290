"""A program is hung up on when what it got its ticket by ends: at once, and if word of it is lost, at the
next beat."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from api.models import LogIn, Token
from notifications import receivers
from notifications.door import push
from notifications.live.admission import SIGNED_OUT
from notifications.live.frames import SESSION_MAY_HAVE_ENDED
from notifications.live.hub import COME_BACK
from tests.api.clients import program_of
from tests.notifications.processes import daphne
from tests.notifications.programs import by_log_in, by_session, by_token, ticket_of
from tests.notifications.tabs import HELLO, Tab, Tabs
from tests.servers import ValkeyServer
from tests.stack import Stack

pytestmark = pytest.mark.django_db(transaction=True)
BEAT_SECONDS = 2.0
NEWS = {"topic": "run:7"}
KnownBy = Callable[[User], APIClient]
End = Callable[[User], object]


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("web")
    with daphne(folder, valkey, PUSH_BEAT_SECONDS=str(BEAT_SECONDS)) as processes:
        yield processes


@pytest.fixture(autouse=True)
def one_redis(settings: Settings, valkey: ValkeyServer) -> None:
    settings.REDIS_URL = valkey.url


def revoke(user: User) -> None:
    Token.objects.get(user=user).delete()


def reach_less(user: User) -> None:
    token = Token.objects.get(user=user)
    token.resources = ["notes"]
    token.save()


def end_log_in(user: User) -> None:
    LogIn.objects.get(user=user).delete()


def log_out(user: User) -> None:
    Session.objects.all().delete()
    push([user.pk], SESSION_MAY_HAVE_ENDED)


def change_password(user: User) -> None:
    user.set_password("another horse battery staple")
    user.save()


def disable(user: User) -> None:
    user.is_active = False
    user.save()


def expire_token(user: User) -> None:
    Token.objects.filter(user=user).update(expires_at=Now())


def expire_log_in(user: User) -> None:
    LogIn.objects.filter(user=user).update(expires_at=Now())


def expire_session(_user: User) -> None:
    Session.objects.update(expire_date=timezone.now())


ENDED: list[tuple[KnownBy, End]] = [
    (by_token, revoke),
    (by_token, reach_less),
    (by_token, disable),
    (by_log_in, end_log_in),
    (by_log_in, change_password),
    (by_log_in, disable),
    (by_session, log_out),
    (by_session, change_password),
]
EXPIRED: list[tuple[KnownBy, End]] = [
    (by_token, expire_token),
    (by_log_in, expire_log_in),
    (by_session, expire_session),
]


def code_of_end(tab: Tab, timeout: float = 10) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        tab.next(timeout)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize(("known_by", "end"), ENDED)
def test_it_is_hung_up_on_and_another_ticket_does_not_help(
    tabs: Tabs, owner: User, stranger: User, known_by: KnownBy, end: End
) -> None:
    client, other = known_by(owner), tabs.program(ticket_of(by_token(stranger)))
    tab, unused = tabs.program(ticket_of(client)), ticket_of(client)
    assert tab.next() == other.next() == HELLO
    end(owner)
    assert code_of_end(tab) == COME_BACK
    assert code_of_end(tabs.program(unused)) == SIGNED_OUT
    push([stranger.pk], NEWS)
    assert other.next() == NEWS


@pytest.mark.parametrize(("known_by", "end"), [*ENDED, *EXPIRED])
def test_so_it_is_at_the_next_beat_when_word_of_it_is_lost(
    tabs: Tabs,
    owner: User,
    stranger: User,
    monkeypatch: pytest.MonkeyPatch,
    known_by: KnownBy,
    end: End,
) -> None:
    monkeypatch.setattr(receivers, "push", lambda *_: None)
    monkeypatch.setattr(f"{__name__}.push", lambda *_: None)
    tab, other = tabs.program(ticket_of(known_by(owner))), tabs.program(ticket_of(by_token(stranger)))
    assert tab.next() == other.next() == HELLO
    end(owner)
    assert code_of_end(tab, timeout=2 * BEAT_SECONDS + 5) == COME_BACK
    other.next_beat(2 * BEAT_SECONDS + 5)


def test_a_new_password_leaves_tokens_and_their_programs_may_come_back(tabs: Tabs, owner: User) -> None:
    client = by_token(owner)
    tab, unused = tabs.program(ticket_of(client)), ticket_of(client)
    assert tab.next() == HELLO
    change_password(owner)
    assert code_of_end(tab) == COME_BACK
    assert tabs.program(unused).next() == HELLO


def test_that_a_token_is_used_ends_nothing(tabs: Tabs, owner: User) -> None:
    client = by_token(owner)
    tab = tabs.program(ticket_of(client))
    assert tab.next() == HELLO
    Token.objects.update(used_at=Now() - timedelta(hours=1))
    client.get("/api/me/")
    program_of(owner)
    push([owner.pk], NEWS)
    assert tab.next() == NEWS
