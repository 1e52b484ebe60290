from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import global_settings
from kombu import Connection, Queue
from pytest_django import Settings

from accounts import publishing
from clock_work.broker import broker_settings
from tests.servers import RabbitServer, Server, ValkeyServer, rabbit_server, valkey_server
from tests.smtp_sink import Sink
from tests.stack import Stack, database_url, stack


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="session")
def only_rabbit() -> Iterator[RabbitServer]:
    """One for all tests, since it is slow to start."""
    try:
        with rabbit_server() as server:
            yield server
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def rabbit(on_postgresql_alone: None, request: pytest.FixtureRequest) -> Iterator[RabbitServer]:
    """RabbitMQ as the test before left it, without that one's queues."""
    server: RabbitServer = request.getfixturevalue("only_rabbit")
    yield server
    server.come_back()
    with Connection(server.url) as line:
        for queue in ("short", "long"):
            Queue(queue, channel=line.default_channel).delete()


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> Server:
    """Valkey, unless the test names RabbitMQ."""
    server: Server = request.getfixturevalue(getattr(request, "param", "valkey"))
    return server


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture
def real_passwords(settings: Settings) -> None:
    """Those that the processes know, for tests in which somebody logs in there."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS


@pytest.fixture
def processes(
    transactional_db: None,
    valkey: ValkeyServer,
    broker: Server,
    sink: Sink,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> Iterator[Stack]:
    """Web, worker and beat on the test's own database; what the test publishes goes to their broker."""
    app = Celery("clock_work", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_settings(broker.url, settings.BROKER_PATIENCE_SECONDS))
    monkeypatch.setattr(publishing, "broker", publishing.Broker(app))
    with stack(
        tmp_path,
        DATABASE_URL=database_url(),
        REDIS_URL=valkey.url,
        CELERY_BROKER_URL=broker.url,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(sink.port),
    ) as processes:
        yield processes
    app.close()
