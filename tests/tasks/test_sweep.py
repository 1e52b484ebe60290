"""The sweep makes good what got lost."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import current_app
from redis import Redis

from accounts.models import User
from tasks import engine
from tasks.clock import in_seconds
from tasks.door import start
from tasks.models import Heartbeat, Run
from tasks.signals import run_finished
from tasks.sweep import sweep
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


class Queues:
    """What lies in the broker's queues, which in Redis are lists."""

    def sizes(self) -> dict[str, int]:
        with Redis.from_url(current_app.conf["broker_url"]) as redis:
            return {name: redis.llen(name) for name in ("short", "long")}

    def purge(self) -> None:
        with Redis.from_url(current_app.conf["broker_url"]) as redis:
            redis.delete("short", "long")


@pytest.fixture
def queues() -> Iterator[Queues]:
    queues = Queues()
    queues.purge()
    yield queues
    queues.purge()


@pytest.fixture
def run(owner: User, queues: Queues) -> Iterator[Run]:
    with handled_by(lambda run: None):
        accepted = start(NAME, owner=owner, params=Steps())
        queues.purge()
        yield accepted


def test_accepting_publishes_after_the_commit(owner: User, queues: Queues) -> None:
    with handled_by(lambda run: None):
        start(NAME, owner=owner, params=Steps())
    assert queues.sizes() == {"short": 1, "long": 0}


def test_what_was_published_a_moment_ago_is_left_to_the_broker(run: Run, queues: Queues) -> None:
    sweep()
    assert queues.sizes()["short"] == 0


def test_a_run_whose_message_got_lost_is_published_again_once(run: Run, queues: Queues) -> None:
    Run.objects.update(published_at=in_seconds(-3600))
    sweep()
    sweep()
    assert queues.sizes()["short"] == 1


def test_a_run_that_waits_to_be_tried_again_is_published_when_its_time_has_come(
    run: Run, queues: Queues
) -> None:
    Run.objects.update(published_at=None, next_attempt_at=in_seconds(60))
    sweep()
    assert queues.sizes()["short"] == 0
    Run.objects.update(next_attempt_at=in_seconds(-1))
    sweep()
    assert queues.sizes()["short"] == 1


def test_many_short_runs_travel_in_one_message_and_long_ones_alone(owner: User, queues: Queues) -> None:
    for queue in ("short", "long"):
        with handled_by(lambda run: None, queue=queue):
            for _ in range(5):
                start(NAME, owner=owner, params=Steps())
            queues.purge()
            Run.objects.update(published_at=None)
            sweep()
            assert queues.sizes()[queue] == (1 if queue == "short" else 5)
        Run.objects.all().delete()


def test_a_run_whose_worker_died_is_published_in_the_second_pass_after_a_pause(
    run: Run, queues: Queues
) -> None:
    """In the first, its worker may just not have been able to renew: the database was away from it too."""
    engine.claim(run.pk)
    Run.objects.update(claimed_until=in_seconds(-1), published_at=in_seconds(-30))
    Heartbeat.objects.update(at=in_seconds(-3600))
    sweep()
    assert queues.sizes()["short"] == 0
    sweep()
    sweep()
    assert queues.sizes()["short"] == 1


def test_a_run_that_takes_its_worker_with_it_every_time_fails_and_says_so(run: Run) -> None:
    sweep()
    for _ in range(3):
        assert engine.claim(run.pk) is not None
        Run.objects.update(claimed_until=in_seconds(-1))
    assert engine.claim(run.pk) is None, "its tries are used up"
    sweep()
    run.refresh_from_db()
    assert run.state == "failed"
    assert "lost too often" in run.error
    assert [attempt.outcome for attempt in run.attempts.all()] == ["lost"] * 3


def test_a_run_that_cannot_be_ended_holds_up_no_other(run: Run, owner: User, queues: Queues) -> None:
    other = start(NAME, owner=owner, params=Steps())
    sweep()
    queues.purge()
    Run.objects.update(state="running", claim=uuid4(), claimed_until=in_seconds(-1), published_at=None)
    Run.objects.filter(pk=run.pk).update(tries_left=0)

    def refuse(**_: object) -> None:
        raise ValueError("nobody may hear of it")

    run_finished.connect(refuse)
    try:
        sweep()
    finally:
        run_finished.disconnect(refuse)
    assert queues.sizes()["short"] == 1
    other.refresh_from_db()
    assert other.published_at is not None
