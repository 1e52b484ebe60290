"""A worker keeps one connection to Redis for all it pushes: a new one for each would cost more than that."""

import multiprocessing

import pytest
from redis import Redis

from accounts.models import User
from notifications.door import push
from notifications.live.publisher import Publisher
from tests.notifications.tabs import Tabs
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)

PUSHES = 200


def push_often(user: int, publisher: Publisher) -> None:
    """One after the other has gone, as from a run that reports its progress."""
    for number in range(PUSHES):
        push([user], {"topic": f"run:{number}"})
        assert publisher.wait_until_sent(10)


def test_two_hundred_pushes_of_a_forked_worker_open_one_connection(
    tabs: Tabs, publisher: Publisher, valkey: ValkeyServer, owner: User
) -> None:
    tab = tabs.greeted(owner)
    push([owner.pk], {"topic": "the parent has pushed before"})
    assert tab.next()
    with Redis.from_url(valkey.url) as operator:
        before = operator.info("stats")["total_connections_received"]
        worker = multiprocessing.get_context("fork").Process(target=push_often, args=(owner.pk, publisher))
        worker.start()
        assert [tab.next()["topic"] for _ in range(PUSHES)] == [f"run:{number}" for number in range(PUSHES)]
        worker.join(10)
        opened = operator.info("stats")["total_connections_received"] - before
    assert opened == 1
