"""Writes that must not be given up because the database is away for a moment."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

DATABASE_ERRORS = (OperationalError, InterfaceError)
T = TypeVar("T")


def insist(write: Callable[[], T], *, seconds: float = 120) -> T:
    """The result of `write`, a whole transaction, tried again while the database is away.

    Raises the database's error when it is still away after `seconds`.
    """
    deadline = time.monotonic() + seconds
    pause = 0.1
    while True:
        try:
            return write()
        except DATABASE_ERRORS as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            logger.warning("the database is away, trying again: %s", error)
            connection.close()
            time.sleep(pause)
            pause = min(2.0, pause * 2)
