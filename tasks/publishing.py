"""Telling workers that runs are due. The broker is a hint: a message lost is made good by the sweep."""

import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from amqp.exceptions import AMQPError
from celery import Celery, current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from tasks.models import Run

logger = logging.getLogger(__name__)

BROKER_ERRORS = (OperationalError, RedisError, AMQPError, OSError)
IDS_PER_MESSAGE = 100
SENDERS = 10  # as many connections as Celery keeps
SECONDS_TO_LEAVE_A_BROKEN_BROKER_ALONE = 2.0


class Broker:
    """Remembers for a moment that the broker is away, so that only one request in a while waits for it."""

    def __init__(self, app: Celery = current_app) -> None:
        self._app = app
        self._away_until = 0.0
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")

    def is_away(self) -> bool:
        """Whether it did not answer just now."""
        return time.monotonic() < self._away_until

    def mark_away(self) -> None:
        """It did not answer."""
        self._away_until = time.monotonic() + SECONDS_TO_LEAVE_A_BROKEN_BROKER_ALONE

    def send(self, queue: str, run_ids: list[int]) -> bool:
        """Send one message. Gives False when the broker did not take it within BROKER_PATIENCE_SECONDS.

        A thread does it: connecting, declaring, confirming and hanging up may each take that long. What it
        still sends afterwards is a hint that comes twice.
        """
        if self.is_away():
            return False
        sending = self._senders.submit(self._send, queue, run_ids)
        try:
            sending.result(settings.BROKER_PATIENCE_SECONDS)
        except BROKER_ERRORS as error:
            sending.cancel()
            self.mark_away()
            logger.warning("the broker is away, the sweep will publish runs %s: %r", run_ids, error)
            return False
        return True

    def _send(self, queue: str, run_ids: list[int]) -> None:
        self._app.send_task("tasks.execute", args=[run_ids], queue=queue, ignore_result=True)


broker = Broker()


def publish(runs: Iterable[Run]) -> bool:
    """Publish runs that are marked as published; takes the mark off those the broker did not take.

    Stops at the first error. Gives whether all were taken.
    """
    return publish_ids((run.task.kind.queue, run.pk) for run in runs)


def publish_ids(addressed: Iterable[tuple[str, int]]) -> bool:
    """The same for those of whom no more is known than their queue and id: objects made for 10,000 of them
    take longer than telling the broker."""
    messages = list(_messages(addressed))
    for index, (queue, run_ids) in enumerate(messages):
        if not broker.send(queue, run_ids):
            unsent = [run_id for _, ids in messages[index:] for run_id in ids]
            Run.objects.filter(pk__in=unsent).update(published_at=None)
            return False
    return True


def publish_on_commit(run: Run) -> None:
    transaction.on_commit(lambda: publish([run]), robust=True)


def _messages(addressed: Iterable[tuple[str, int]]) -> Iterator[tuple[str, list[int]]]:
    """Many ids to a message on the short queue; long runs travel alone, to stand in front of nobody."""
    short: list[int] = []
    for queue, run_id in addressed:
        if queue == "long":
            yield queue, [run_id]
        else:
            short.append(run_id)
    for start in range(0, len(short), IDS_PER_MESSAGE):
        yield "short", short[start : start + IDS_PER_MESSAGE]
