"""A program is hung up on at the next beat when what it got its ticket by has ended, though word of it was
lost, or there is none, as when it expires."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from notifications import receivers
from notifications.live.hub import COME_BACK
from tests.notifications.ends import ENDED, EXPIRED, End, KnownBy
from tests.notifications.processes import daphne
from tests.notifications.programs import by_token, ticket_of
from tests.notifications.tabs import HELLO, Tabs
from tests.servers import ValkeyServer
from tests.stack import Stack

pytestmark = pytest.mark.django_db(transaction=True)
BEAT_SECONDS = 2.0


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
    settings.REDIS_URL = valkey.url
    monkeypatch.setattr(receivers, "push", lambda *_: None)


@pytest.mark.parametrize(("known_by", "end"), [*ENDED, *EXPIRED])
def test_one_beat_later_it_is_hung_up_on_and_others_are_not(
    tabs: Tabs, owner: User, stranger: User, known_by: KnownBy, end: End
) -> None:
    tab, other = tabs.program(ticket_of(known_by(owner))), tabs.program(ticket_of(by_token(stranger)))
    assert tab.next() == other.next() == HELLO
    end(owner)
    with pytest.raises(ConnectionClosed) as closed:
        tab.next(2 * BEAT_SECONDS + 10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == COME_BACK
    other.next_beat(2 * BEAT_SECONDS + 10)
