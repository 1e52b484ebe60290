"""Nobody is online because a program of theirs listens."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import User
from notifications.live.publisher import Publisher
from tests.notifications.presence import (
    GRACE,
    IN_TIME,
    hear_out,
    impatient_web,
    shown_to,
    use_presence_of,
    watching,
)
from tests.notifications.programs import by_log_in, by_token, ticket_of
from tests.notifications.tabs import HELLO, Tabs
from tests.servers import ValkeyServer, valkey_server, wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    with impatient_web(tmp_path_factory.mktemp("web"), valkey) as processes:
        yield processes


@pytest.fixture(autouse=True)
def presence(valkey: ValkeyServer, settings: Settings, publisher: Publisher) -> None:
    use_presence_of(valkey, settings)


def comes_to_show(viewer: User, *names: str) -> None:
    wait_until(lambda: shown_to(viewer) == sorted(names), IN_TIME + GRACE)


def test_its_owner_is_shown_as_long_as_they_have_a_page_open_too(
    tabs: Tabs, owner: User, friend: User, stranger: User
) -> None:
    for client in (by_token(owner), by_log_in(owner), by_token(friend)):
        assert tabs.program(ticket_of(client)).next() == HELLO
    page, _ = tabs.greeted(owner), tabs.greeted(stranger)
    comes_to_show(stranger, "owner", "stranger")
    page.socket.close()
    comes_to_show(stranger, "stranger")


def test_a_program_that_goes_takes_nobody_along(tabs: Tabs, owner: User) -> None:
    page = watching(tabs.greeted(owner))
    comes_to_show(owner, "owner")
    hear_out(page)
    program = tabs.program(ticket_of(by_token(owner)))
    assert program.next() == HELLO
    program.socket.close()
    assert page.has_nothing(within=GRACE + IN_TIME)
    assert shown_to(owner) == ["owner"]
