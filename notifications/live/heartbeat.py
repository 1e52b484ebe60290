"""What every browser hears now and then: that the line works, and versions that tell it what it missed.

On that occasion what let it in is looked at, too: word that it ended may have been lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Collection, Iterable
from itertools import count
from typing import NamedTuple, Protocol

from channels.db import database_sync_to_async
from django.conf import settings

from notifications.chunks import chunks
from notifications.live.frames import BEAT, beat_with
from notifications.live.sessions import SignedIn, ended
from notifications.live.versions import versions_of

logger = logging.getLogger(__name__)

TURNS = 10  # everybody has one in each round, so that not all are written to at the same moment
SECONDS_FOR_THE_DATABASE = 1.0


class Listeners(Protocol):
    def users(self) -> Iterable[int]: ...

    def signed_in(self, users: Iterable[int]) -> Collection[SignedIn]: ...

    def end(self, sessions: Collection[SignedIn]) -> None: ...

    async def tell(self, user: int, text: str) -> None: ...


class Found(NamedTuple):
    versions: dict[int, str]
    ended: set[SignedIn]


NOTHING = Found({}, set())


class Heartbeat:
    """Reads the database, but never waits long for it: without it, browsers hear that the line works."""

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._reading: asyncio.Future[Found] | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for turn in count():
            due = max(due + settings.PUSH_BEAT_SECONDS / TURNS, loop.time())
            await asyncio.sleep(due - loop.time())
            users = [user for user in self._listeners.users() if user % TURNS == turn % TURNS]
            for some in chunks(users):
                await self._beat(some)

    async def _beat(self, users: list[int]) -> None:
        versions, sessions = await self._look_up(users)
        self._listeners.end(sessions)
        for user in users:
            text = beat_with({"notifications": versions[user]}) if user in versions else BEAT
            await self._listeners.tell(user, text)

    async def _look_up(self, users: list[int]) -> Found:
        """Nothing while the database does not answer; then it is asked again when it has."""
        if self._reading is not None and not self._reading.done():
            return NOTHING
        self._reading = asyncio.ensure_future(_read(users, self._listeners.signed_in(users)))
        await asyncio.wait({self._reading}, timeout=SECONDS_FOR_THE_DATABASE)
        return self._reading.result() if self._reading.done() else NOTHING


async def _read(users: list[int], sessions: Collection[SignedIn]) -> Found:
    """In a thread of its own: the one that handshakes wait for stays free."""
    look_up = database_sync_to_async(_from_database, thread_sensitive=False)
    read: Awaitable[Found] = look_up(users, sessions)
    try:
        return await read
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no reason to fall silent
        logger.warning("browsers cannot be told the versions of what they show: %r", error)
        return NOTHING


def _from_database(users: list[int], sessions: Collection[SignedIn]) -> Found:
    return Found(versions_of(users), ended(sessions))
