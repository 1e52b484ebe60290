"""Deleting accounts with everything of them. Whatever deletes a user comes by here, by `User.delete`.

The user's row is locked first, so that nothing of theirs is added any more, and then what is theirs, from the
lower floors to the higher. Others take these the other way round: a worker holds a run, and points at its
owner in what it writes. So who deletes an account waits for nobody: finding something in other hands they let
go of all, and try anew a moment later. Nobody can wait for each other in a circle.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import uniform
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.publishing import publish
from accounts.signals import user_deleting

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

Deleted = tuple[int, dict[str, int]]

MILLISECONDS_FOR_A_LOCK = 10
LONGEST_PAUSE = 0.1
MOST_SECONDS = 20.0
IN_OTHER_HANDS = {"55P03", "40P01"}  # PostgreSQL's codes of a lock not to be had, and of a circle

_going: ContextVar[int | None] = ContextVar("_going", default=None)


class Busy(Exception):  # noqa: N818 - a state, not a mistake
    """Something of the account was in other hands for too long. Nothing was deleted."""


def is_going(user_id: int) -> bool:
    """Whether this user's account is just being deleted here, so that there is nobody to tell anything."""
    return _going.get() == user_id


def explains(error: Exception, user_id: int) -> bool:
    """Whether it went wrong because this user's account was deleted meanwhile."""
    fits = isinstance(error, IntegrityError | ObjectDoesNotExist)
    return fits and not get_user_model()._default_manager.filter(pk=user_id).exists()


def delete(user: User, delete_row: Callable[[], Deleted]) -> Deleted:
    """Delete all that is the user's, and the row itself by `delete_row`: both or, after a kill, neither.

    Does nothing when somebody else was first. Raises Busy.
    """
    give_up_at = time.monotonic() + MOST_SECONDS
    while True:
        try:
            with transaction.atomic(), _waiting_for_nobody():
                return _delete(user, delete_row)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) not in IN_OTHER_HANDS:
                raise
            if time.monotonic() > give_up_at:
                raise Busy from error
        time.sleep(uniform(0, LONGEST_PAUSE))  # noqa: S311 - not a secret


def _delete(user: User, delete_row: Callable[[], Deleted]) -> Deleted:
    locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
    if locked is None:
        return 0, {}
    token = _going.set(user.pk)
    try:
        user_deleting.send(type(user), user=locked)
        deleted = delete_row()
    finally:
        _going.reset(token)
    transaction.on_commit(_forget_sessions, robust=True)
    logger.info("account %s was deleted", locked.pk)
    return deleted


def _forget_sessions() -> None:
    """By a worker, since whose a session is, is seen only by looking into each. Without a broker, the daily
    round finds them."""
    publish("accounts.clear_sessions")


@contextmanager
def _waiting_for_nobody() -> Iterator[None]:
    """SQLite lets in one who writes at a time, so that there is nobody to wait for."""
    if connection.vendor != "postgresql":
        yield
        return
    _let_locks_take(f"{MILLISECONDS_FOR_A_LOCK}ms")
    yield
    _let_locks_take("DEFAULT")  # not after an error: going back takes this back, too


def _let_locks_take(time_out: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {time_out if time_out == 'DEFAULT' else repr(time_out)}")
