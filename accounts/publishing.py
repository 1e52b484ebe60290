"""Handing work to a worker, within bounded time. What the broker does not take is made good by somebody else,
or was a courtesy."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from amqp.exceptions import AMQPError
from celery import Celery, current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

BROKER_ERRORS = (OperationalError, RedisError, AMQPError, OSError)
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

    def send(self, task: str, arguments: list[Any], *, queue: str) -> bool:
        """Send one message. Gives False when the broker did not take it within BROKER_PATIENCE_SECONDS.

        A thread does it: connecting, declaring, confirming and hanging up may each take that long. It may
        still send it afterwards, so what is sent must be right, too, when it comes twice.
        """
        if self.is_away():
            return False
        sending = self._senders.submit(self._send, task, arguments, queue)
        try:
            sending.result(settings.BROKER_PATIENCE_SECONDS)
        except BROKER_ERRORS as error:
            sending.cancel()
            self.mark_away()
            logger.warning("the broker is away, %s is not sent: %r", task, error)
            return False
        return True

    def _send(self, task: str, arguments: list[Any], queue: str) -> None:
        self._app.send_task(task, args=arguments, queue=queue, ignore_result=True)


broker = Broker()


def publish(task: str, *arguments: Any) -> bool:
    """For work on which nothing hangs. Gives False when the broker did not take it."""
    return broker.send(task, list(arguments), queue="short")
