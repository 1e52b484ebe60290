"""A web process's part in who is online: it tells Redis who is connected here, and that they still are.

It runs beside the hub, which says who came and who left and never waits. What Redis is to know is kept here
and is told again when Redis was away: what it holds follows from who is connected, not from what was sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import islice
from random import uniform
from uuid import uuid4

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from notifications.chunks import chunks
from notifications.presence.scripts import HUNG_UP, KEYS, SIGN_OF_LIFE, SWEEP

logger = logging.getLogger(__name__)

SECONDS_FOR_ONE_CALL = 2.0
SECONDS_BETWEEN_TRIES = 1.0
SIGNS_IN_TIME = 3  # of which two may get lost


class PresenceKeeper:
    """Says with `on_change` whose being online changed, whichever process they are connected to."""

    def __init__(self, on_change: Callable[[Collection[int]], None]) -> None:
        self._on_change = on_change
        self._process = uuid4().hex
        self._here: set[int] = set()
        self._leaving: dict[int, float] = {}  # since when, the longest first; they may come back yet
        self._recorded: set[int] = set()
        self._refresh_at = 0.0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def came(self, user: int) -> None:
        """Somebody is connected here, with a first socket or one more."""
        self._here.add(user)
        self._leaving.pop(user, None)
        if user not in self._recorded:
            self._wake.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def left(self, user: int) -> None:
        """Their last socket here was closed. That may be a change of page, so it is kept quiet at first."""
        if user in self._here:
            self._here.discard(user)
            self._leaving[user] = _now()
            self._wake.set()

    def refresh(self) -> None:
        """Redis may have lost what it knew."""
        self._refresh_at = 0.0
        self._wake.set()

    async def _run(self) -> None:
        with_redis = Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_timeout=SECONDS_FOR_ONE_CALL,
            socket_connect_timeout=SECONDS_FOR_ONE_CALL,
            retry=Retry(NoBackoff(), 0),
        )
        failed = False
        async with with_redis as redis:
            while True:
                try:
                    await self._record(redis)
                    if failed:
                        logger.warning("who is online is recorded again")
                    failed = False
                    await self._rest()
                except Exception as error:  # noqa: BLE001 - whatever it is, this begins again
                    if not failed:
                        logger.warning("who is online cannot be recorded, trying again: %r", error)
                    failed = True
                    self._recorded.clear()
                    self._refresh_at = 0.0
                    await asyncio.sleep(SECONDS_BETWEEN_TRIES * uniform(0.5, 1))  # noqa: S311

    async def _rest(self) -> None:
        """Until there is something to tell Redis."""
        gone_at = [since + settings.PRESENCE_GRACE_SECONDS for since in islice(self._leaving.values(), 1)]
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min([self._refresh_at, *gone_at])):
                await self._wake.wait()
        self._wake.clear()

    async def _record(self, redis: Redis) -> None:
        is_refresh = self._refresh_at <= _now()
        if is_refresh:
            self._refresh_at = _now() + settings.PRESENCE_SECONDS / SIGNS_IN_TIME * uniform(0.9, 1)  # noqa: S311
        for users in chunks(self._here if is_refresh else self._here - self._recorded):
            self._recorded.update(users)
            await self._call(redis, SIGN_OF_LIFE, self._process, *users)
        await self._record_departures(redis)
        if is_refresh:
            await self._call(redis, SWEEP)

    async def _record_departures(self, redis: Redis) -> None:
        """Who comes back while it is recorded is no longer known as recorded, and is so next."""
        now = _now()
        gone = {
            user: now - since
            for user, since in self._leaving.items()
            if since + settings.PRESENCE_GRACE_SECONDS <= now
        }
        for users in chunks(gone):
            self._recorded.difference_update(users)
            ago = [value for user in users for value in (user, gone[user])]
            await self._call(redis, HUNG_UP, self._process, *ago)
            for user in users:
                self._leaving.pop(user, None)

    async def _call(self, redis: Redis, script: str, *arguments: str | float) -> None:
        changed = await redis.register_script(script)(KEYS, [settings.PRESENCE_SECONDS, *arguments])
        if changed:
            self._on_change([int(user) for user in changed])


def _now() -> float:
    return asyncio.get_running_loop().time()
