"""What every browser hears now and then: that the line works, and versions that tell it what it missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from itertools import count
from typing import Protocol

from channels.db import database_sync_to_async
from django.conf import settings

from notifications.live.frames import BEAT, beat_with
from notifications.live.versions import versions_of

logger = logging.getLogger(__name__)

TURNS = 10  # everybody has one in each round, so that not all are written to at the same moment
USERS_AT_ONCE = 500
SECONDS_FOR_VERSIONS = 1.0


class Listeners(Protocol):
    def users(self) -> Iterable[int]: ...

    async def tell(self, user: int, text: str) -> None: ...


class Heartbeat:
    """Reads the database, but never waits long for it: without it, browsers hear that the line works."""

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._reading: asyncio.Future[dict[int, str]] | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for turn in count():
            due = max(due + settings.PUSH_BEAT_SECONDS / TURNS, loop.time())
            await asyncio.sleep(due - loop.time())
            users = [user for user in self._listeners.users() if user % TURNS == turn % TURNS]
            for start in range(0, len(users), USERS_AT_ONCE):
                await self._beat(users[start : start + USERS_AT_ONCE])

    async def _beat(self, users: list[int]) -> None:
        versions = await self._versions_of(users)
        for user in users:
            text = beat_with({"notifications": versions[user]}) if user in versions else BEAT
            await self._listeners.tell(user, text)

    async def _versions_of(self, users: list[int]) -> dict[int, str]:
        """Nothing while the database does not answer; then it is asked again when it has."""
        if self._reading is not None and not self._reading.done():
            return {}
        self._reading = asyncio.ensure_future(_read(users))
        await asyncio.wait({self._reading}, timeout=SECONDS_FOR_VERSIONS)
        return self._reading.result() if self._reading.done() else {}


async def _read(users: list[int]) -> dict[int, str]:
    """In a thread of its own: the one that handshakes wait for stays free."""
    read: Awaitable[dict[int, str]] = database_sync_to_async(versions_of, thread_sensitive=False)(users)
    try:
        return await read
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no reason to fall silent
        logger.warning("browsers cannot be told the versions of what they show: %r", error)
        return {}
