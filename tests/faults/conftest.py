from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import global_settings
from pytest_django import Settings

from tasks import publishing
from tests.servers import ValkeyServer, valkey_server
from tests.smtp_sink import Sink
from tests.stack import Stack, database_url, stack


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture
def processes(
    transactional_db: None,
    valkey: ValkeyServer,
    sink: Sink,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> Iterator[Stack]:
    """Web, worker and beat on the test's own database; what the test publishes goes to their broker."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    broker = Celery("clock_work", set_as_current=False)
    broker.config_from_object("django.conf:settings", namespace="CELERY")
    broker.conf.update(broker_url=valkey.url)
    monkeypatch.setattr(publishing, "broker", publishing.Broker(broker))
    with stack(
        tmp_path,
        DATABASE_URL=database_url(),
        REDIS_URL=valkey.url,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(sink.port),
    ) as processes:
        yield processes
    broker.close()
