from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from notifications.live.publisher import Publisher
from notifications.web_push.vapid import new_private_key, public_key
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - for the tests of its API
from tests.notifications.clocks import Clock
from tests.notifications.processes import daphne, publishing_over
from tests.notifications.tabs import Tabs
from tests.push_service import PushService
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The database's, set by hand; it begins on a Sunday noon, by UTC, that passed by the real one."""
    clock = Clock(datetime(2025, 3, 9, 12, tzinfo=UTC))
    notifying = "notifications.kinds", "notifications.wishes.holding"
    for module in (*notifying, "tasks.door", "tasks.firing", "tasks.models"):
        monkeypatch.setattr(f"{module}.database_now", lambda: clock.now)
    return clock


@pytest.fixture
def push_service(settings: Settings) -> Iterator[PushService]:
    """A push service that the site talks to, and that finds nothing wrong with what it gets."""
    settings.WEB_PUSH_PRIVATE_KEY = new_private_key()
    settings.WEB_PUSH_SUBJECT = "mailto:service@clock.example"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with PushService(public_key()) as service:
        settings.WEB_PUSH_SERVICES = [service.origin, "fcm.googleapis.com"]
        yield service
    assert service.complaints == []
