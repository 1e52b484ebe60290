"""Handing work to a worker on which nothing hangs: what is lost is made good, or was a courtesy."""

import logging
from typing import Any

from amqp.exceptions import AMQPError
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def publish(task: str, *arguments: Any) -> bool:
    """Gives False when the broker did not take it."""
    try:
        current_app.send_task(task, args=arguments, queue="short", ignore_result=True)
    except (OperationalError, RedisError, AMQPError, OSError) as error:
        logger.warning("the broker is away, %s is left out: %s", task, error)
        return False
    return True
