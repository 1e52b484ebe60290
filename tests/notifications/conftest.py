from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.publisher import Publisher
from tests.notifications.processes import daphne, publishing_over
from tests.notifications.tabs import Tabs
from tests.servers import ValkeyServer, valkey_server
from tests.stack import Stack


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="session")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    with daphne(tmp_path_factory.mktemp("web"), valkey) as processes:
        yield processes


@pytest.fixture
def publisher(
    valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    with publishing_over(valkey, settings, monkeypatch) as publisher:
        yield publisher


@pytest.fixture
def tabs(web: Stack, publisher: Publisher, transactional_db: None) -> Iterator[Tabs]:
    """Opens tabs; whatever this process pushes arrives in them."""
    with Tabs(web.url) as tabs:
        yield tabs
