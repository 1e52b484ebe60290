"""Accepting work does not depend on the broker being there."""

import time
from collections.abc import Iterator

import pytest
from celery import Celery

from accounts import publishing
from accounts.models import User
from accounts.publishing import Broker
from tasks.door import start
from tasks.models import Run
from tasks.sweep import sweep
from tests.servers import ValkeyServer, valkey_server, wait_until
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ValkeyServer]:
    """The server of a broker that the test can take away."""
    with valkey_server() as server:
        app = Celery("clock_work", set_as_current=False)
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.update(broker_url=server.url)
        monkeypatch.setattr(publishing, "broker", Broker(app))
        yield server
        app.close()


def timed_start(owner: User) -> tuple[Run, float]:
    began = time.monotonic()
    run = start(NAME, owner=owner, params=Steps())
    return run, time.monotonic() - began


def all_are_published_by_the_sweep() -> bool:
    sweep()
    return not Run.objects.filter(published_at=None).exists()


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_work_is_accepted_within_two_seconds_and_published_when_the_broker_is_back(
    owner: User, server: ValkeyServer, how: str
) -> None:
    with handled_by(lambda run: None):
        start(NAME, owner=owner, params=Steps())
        getattr(server, how)()
        runs = [timed_start(owner) for _ in range(5)]
        assert max(seconds for _, seconds in runs) < 2
        assert sum(seconds for _, seconds in runs) < 4, "only one request in a while waits for the broker"
        assert Run.objects.filter(published_at=None).count() == 5
        server.start() if how == "kill" else server.resume()
        wait_until(all_are_published_by_the_sweep, 20)
