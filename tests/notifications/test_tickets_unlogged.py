"""No server writes down a ticket, whatever becomes of who comes with it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from tests.notifications.processes import processes_over
from tests.notifications.programs import by_token, ticket_of
from tests.notifications.tabs import HELLO, Tabs
from tests.servers import ValkeyServer, wait_until
from tests.stack import WEB_SERVERS, Stack

pytestmark = pytest.mark.django_db(transaction=True)
# What stands in the last line of each socket: one leaves out the whole query string, the other what it holds.
LAST_LINES = {"daphne": '"WSDISCONNECT /ws/"', "uvicorn": "/ws/?ticket=***"}


@pytest.fixture(scope="module", params=WEB_SERVERS)
def web(
    request: pytest.FixtureRequest,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Stack]:
    with processes_over(valkey, tmp_path_factory.mktemp(request.param)) as processes:
        processes.start_web(server=request.param)
        yield processes


def test_one_that_lets_in_one_that_does_not_and_one_from_elsewhere(
    request: pytest.FixtureRequest,
    tabs: Tabs,
    web: Stack,
    owner: User,
    settings: Settings,
    valkey: ValkeyServer,
) -> None:
    settings.REDIS_URL = valkey.url
    ticket = ticket_of(by_token(owner))
    with pytest.raises(InvalidStatus):
        tabs.open(None, origin="https://evil.example", ticket=ticket)
    tab = tabs.program(ticket)
    assert tab.next() == HELLO
    tab.socket.close()
    with pytest.raises(ConnectionClosed):
        tabs.program(ticket).next()
    last_line = LAST_LINES[request.node.callspec.params["web"]]
    wait_until(lambda: web.log("web").count(last_line) >= 3)
    assert ticket not in web.log("web")
