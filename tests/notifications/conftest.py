from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django.conf
import pytest
from pytest_django import Settings

from notifications import door
from notifications.publisher import Publisher
from tests.notifications.tabs import Tabs
from tests.servers import ValkeyServer, valkey_server
from tests.stack import Stack, database_url, stack


@contextmanager
def daphne(folder: Path, valkey: ValkeyServer) -> Iterator[Stack]:
    """A web process over the database and for the sessions of the tests."""
    environment = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": valkey.url,
        "SECRET_KEY": django.conf.settings.SECRET_KEY,
        "EMAIL_HOST": "127.0.0.1",
    }
    with stack(folder, **environment) as processes:
        processes.start_web()
        yield processes


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
    """The publisher of this process, with nothing left over from other tests."""
    layer = settings.CHANNEL_LAYERS["default"]
    hosts = [{"address": valkey.url, "socket_timeout": None}]
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}
    publisher = Publisher()
    monkeypatch.setattr(door, "publisher", publisher)
    yield publisher
    publisher.wait_until_sent(1)


@pytest.fixture
def tabs(web: Stack, publisher: Publisher, transactional_db: None) -> Iterator[Tabs]:
    """Opens tabs; whatever this process pushes arrives in them."""
    with Tabs(web.url) as tabs:
        yield tabs
