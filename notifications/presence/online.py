"""Who is online, for views and handlers. They wait half a second for Redis, and hear when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError

from notifications.presence.scripts import DEPARTURES, FORGET, KEYS, ONLINE, SWEEP, WRITTEN_DOWN
from notifications.redis_client import impatient_redis

DEPARTURES_AT_A_TIME = 500
UNKNOWN = "Who is online cannot be told at the moment."


class PresenceUnknown(Exception):  # noqa: N818 - a state, not a mistake
    """Redis does not answer, so nobody can tell who is online."""


def online_users_even_hidden() -> set[int]:
    """The keys of all who are online. Who of them may be shown to whom is for `people.shown_to()` to say.

    Raises PresenceUnknown.
    """
    members: list[str] = _call(ONLINE, settings.PRESENCE_SECONDS)
    return {int(member.partition(":")[0]) for member in members}


def sweep() -> None:
    """Clear away who gave no sign of life for too long, if no web process is left to do it.

    Raises PresenceUnknown.
    """
    _call(SWEEP, settings.PRESENCE_SECONDS)


def forget(user_id: int) -> None:
    """Keep nothing of somebody whose account is gone. Raises PresenceUnknown."""
    _call(FORGET, user_id)


def departures() -> Iterator[dict[int, timedelta]]:
    """Who left, and how long ago, some hundred at a time. They are forgotten when the next are asked for, so
    one may write them down before. Raises PresenceUnknown.
    """
    while True:
        now, left = _call(DEPARTURES, settings.PRESENCE_SECONDS, DEPARTURES_AT_A_TIME)
        if not left:
            return
        moments = zip(left[::2], left[1::2], strict=True)
        yield {int(user): timedelta(seconds=float(now) - float(moment)) for user, moment in moments}
        _call(WRITTEN_DOWN, *left)


def _call(script: str, *arguments: str | float) -> Any:
    try:
        return impatient_redis().register_script(script)(KEYS, arguments)
    except (RedisError, OSError) as error:
        raise PresenceUnknown from error
