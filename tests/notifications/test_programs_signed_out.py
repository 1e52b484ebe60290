"""A program is hung up on at once when what it got its ticket by ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from api.models import Token
from notifications.door import push
from notifications.live.admission import SIGNED_OUT
from notifications.live.frames import SESSION_MAY_HAVE_ENDED
from notifications.live.hub import COME_BACK
from tests.api.clients import program_of
from tests.notifications.ends import ENDED, End, KnownBy, change_password
from tests.notifications.programs import by_token, ticket_of
from tests.notifications.tabs import HELLO, Tab, Tabs
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = {"topic": "run:7"}


@pytest.fixture(autouse=True)
def one_redis(settings: Settings, valkey: ValkeyServer) -> None:
    settings.REDIS_URL = valkey.url


def code_of_end(tab: Tab) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        tab.next()
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


@pytest.mark.parametrize(("known_by", "end"), ENDED)
def test_it_is_not_left_to_a_beat(
    owner: User, pushes: list[tuple[list[int], Any]], known_by: KnownBy, end: End
) -> None:
    known_by(owner)
    pushes.clear()
    end(owner)
    assert pushes
    assert all(push == ([owner.pk], SESSION_MAY_HAVE_ENDED) for push in pushes)


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
