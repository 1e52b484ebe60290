"""Without Redis there are no tickets, and nobody waits for one."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from notifications.live.admission import TRY_AGAIN_LATER
from tests.notifications.processes import daphne
from tests.notifications.programs import ADDRESS, by_token, ticket_of
from tests.notifications.tabs import HELLO, Tabs
from tests.servers import ValkeyServer, valkey_server
from tests.stack import Stack

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """One that the test may take away."""
    with valkey_server() as server:
        yield server


@pytest.fixture
def web(valkey: ValkeyServer, tmp_path: Path, transactional_db: None) -> Iterator[Stack]:
    with daphne(tmp_path, valkey) as processes:
        yield processes


@pytest.fixture(autouse=True)
def one_redis(settings: Settings, valkey: ValkeyServer) -> None:
    settings.REDIS_URL = valkey.url


@pytest.mark.parametrize("take_away", [ValkeyServer.kill, ValkeyServer.pause])
def test_asking_for_one_is_answered_soon(
    owner: User, valkey: ValkeyServer, take_away: Callable[[ValkeyServer], None]
) -> None:
    client = by_token(owner)
    client.get("/api/me/")
    take_away(valkey)
    began = time.monotonic()
    answer = client.post(ADDRESS)
    assert time.monotonic() - began < 5
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:clock-work:problem:unavailable"


def test_who_comes_with_one_is_told_to_try_again(tabs: Tabs, owner: User, valkey: ValkeyServer) -> None:
    ticket = ticket_of(by_token(owner))
    valkey.kill()
    with pytest.raises(ConnectionClosed) as closed:
        tabs.program(ticket).next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == TRY_AGAIN_LATER
    valkey.start()
    assert tabs.program(ticket_of(by_token(owner))).wait_for("hello") == HELLO
