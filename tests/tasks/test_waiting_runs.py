"""Runs of the future, and runs that no message is about: Beat publishes them when they are due."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import Celery
from django.utils import timezone

from accounts import publishing
from accounts.models import User
from accounts.publishing import Broker
from tasks.door import start
from tasks.firing import publish_waiting, seconds_to_next
from tasks.models import Run
from tasks.scheduler import LONGEST_SLEEP, fire_all
from tests.servers import ValkeyServer, valkey_server, wait_until
from tests.tasks.factories import make_run
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ValkeyServer]:
    with valkey_server() as server, handled_by(lambda run: None):
        app = Celery("clock_work", set_as_current=False)
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.update(broker_url=server.url)
        monkeypatch.setattr(publishing, "broker", Broker(app))
        yield server
        app.close()


def is_published(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk, published_at__isnull=False).exists()


def test_a_run_of_the_future_is_published_at_its_time(owner: User, server: ValkeyServer) -> None:
    moment = timezone.now() + timedelta(seconds=2)
    run = make_run(owner, due_at=moment, next_attempt_at=moment)
    _, to_run = seconds_to_next()
    assert 0 < to_run <= 2
    fire_all()
    assert not is_published(run)
    wait_until(lambda: fire_all() > 0 and is_published(run), 5, interval=0.05)
    run.refresh_from_db()
    assert run.published_at is not None
    assert run.published_at >= run.due_at


def test_a_run_on_a_message_is_not_published_again(owner: User, server: ValkeyServer) -> None:
    make_run(owner, published_at=timezone.now())
    assert seconds_to_next()[1] > 3000
    assert publish_waiting() == 0


def test_what_the_broker_did_not_take_is_published_once_it_is_back(owner: User, server: ValkeyServer) -> None:
    start(NAME, owner=owner, params=Steps())
    server.kill()
    run = start(NAME, owner=owner, params=Steps())
    assert not is_published(run)
    assert fire_all() == LONGEST_SLEEP, "an absent broker is not asked without a pause"
    server.start()
    wait_until(lambda: fire_all() >= 0 and is_published(run), 10, interval=0.2)
