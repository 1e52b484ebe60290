"""Handing frames to the channel layer from anywhere, without ever making the caller wait.

Workers, sync views and async views only put a frame down; one thread per process, with an event loop and a
connection of its own, carries it to Redis. So there is no running loop to clash with, and none to wait for.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Iterable
from itertools import islice
from random import uniform

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from notifications.live.frames import GROUP, RECONNECT, RESYNC

logger = logging.getLogger(__name__)

Users = tuple[int, ...]
# Whose sockets (None: everybody's), the text for them, and, where there are any, whose sockets not.
Frame = tuple[Users | None, str] | tuple[Users | None, str, Users]

FRAMES_PER_MESSAGE = 50
MOST_WAITING = 5_000
SECONDS_FOR_ONE_MESSAGE = 5.0
SECONDS_BETWEEN_TRIES = 1.0
SECONDS_AT_EXIT = 1.0


class Publisher:
    """Frames that wait for Redis, and the thread that sends them.

    A frame that waits already is not put down twice: it is a hint, and one hint is enough. When Redis is away
    too long for all of them to be kept, one frame that tells everybody to catch up takes their place, and one
    for all of those whose sessions may have ended.
    """

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        """Start from nothing, as in a forked child: what waits there is its parent's to send."""
        self._waiting: dict[Frame, None] = {}
        self._sending = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, users: Iterable[int] | None, text: str, but: Iterable[int] = ()) -> None:
        """Send the text to the browsers of `users` (everybody for None), without those of the users `but`."""
        chosen, left_out = None if users is None else tuple(users), tuple(but)
        frame: Frame = (chosen, text, left_out) if left_out else (chosen, text)
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                self._waiting = _in_short(self._waiting)
            self._waiting[frame] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
                self._thread.start()
                atexit.register(self.wait_until_sent, SECONDS_AT_EXIT)
            self._changed.notify_all()

    def wait_until_sent(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds. Says whether all is sent."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._sending, timeout)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            while True:
                runner.run(self._send(self._take()))

    def _take(self) -> list[Frame]:
        """Wait for frames. They leave the line before they are sent: what comes during that is new."""
        with self._changed:
            self._sending = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting)
            self._sending = True
            frames = list(islice(self._waiting, FRAMES_PER_MESSAGE))
            for frame in frames:
                del self._waiting[frame]
        return frames

    async def _send(self, frames: list[Frame]) -> None:
        """Try until the channel layer took them; says when that does not work, and when it does again."""
        failed = False
        while not await self._is_taken(frames, quietly=failed):
            failed = True
            await asyncio.sleep(SECONDS_BETWEEN_TRIES * uniform(0.5, 1))  # noqa: S311
        if failed:
            logger.warning("pushing works again")

    async def _is_taken(self, frames: list[Frame], *, quietly: bool) -> bool:
        try:
            async with asyncio.timeout(SECONDS_FOR_ONE_MESSAGE):
                await get_channel_layer().group_send(GROUP, {"type": "push", "frames": frames})
        except (RedisError, OSError) as error:
            if not quietly:
                logger.warning("pushing is interrupted, browsers ask by themselves meanwhile: %r", error)
            return False
        except Exception:
            logger.exception("%d frames could not be sent at all", len(frames))
        return True


def _in_short(frames: Iterable[Frame]) -> dict[Frame, None]:
    """Nobody is left signed in by it: that a session ended is nothing that browsers ask for."""
    ended = {users: None for users, text, *_ in frames if text == RECONNECT}
    short: dict[Frame, None] = {(None, RESYNC): None}
    if None in ended:
        short[None, RECONNECT] = None
    elif ended:
        short[tuple(sorted({user for users in ended for user in users or ()})), RECONNECT] = None
    return short


publisher = Publisher()
