"""Writing to many sockets without ever waiting for one of them.

Daphne's `send` never waits; that of other servers does when a browser does not read. To find that out costs
one task for a hundred sockets, not one for each.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from itertools import islice
from typing import Any, Protocol

from notifications.live.flow import Flow, size_of
from notifications.live.sessions import SignedIn

logger = logging.getLogger(__name__)

SOCKETS_AT_A_STRETCH = 100


class Socket(Protocol):
    user_id: int
    signed_in: SignedIn
    flow: Flow

    async def write(self, text: str) -> None: ...

    async def hang_up(self, code: int) -> None: ...


class Writer:
    def __init__(self, *, gone: Callable[[Socket], None], exhausted: Callable[[Socket], None]) -> None:
        """`gone` is called for sockets that turn out to be closed, `exhausted` for those too far behind."""
        self._gone = gone
        self._exhausted = exhausted
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, text: str, sockets: Iterable[Socket]) -> None:
        """Hand the text to the server for each, in order; it waits here for those that do not take it yet."""
        size, left = size_of(text), deque(sockets)
        while left:
            stretch = deque(islice(left, SOCKETS_AT_A_STRETCH))
            for _ in stretch:
                left.popleft()
            self.start(self._write_to_each(text, size, stretch))
            await asyncio.sleep(0)  # after which it is through, or held up and keeps to that one socket
            left.extendleft(reversed(stretch))
            stretch.clear()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that may take a while beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write_to_each(self, text: str, size: int, sockets: deque[Socket]) -> None:
        while sockets:
            socket = sockets.popleft()
            flow = socket.flow
            if flow.is_over:
                continue
            if flow.is_exhausted:
                self._exhausted(socket)
                continue
            flow.add(size)
            if flow.is_held_up:
                flow.waiting.append(text)
            else:
                await self._write(text, socket)

    async def _write(self, text: str | None, socket: Socket) -> None:
        """And what comes for it meanwhile."""
        flow = socket.flow
        flow.is_held_up = True
        try:
            while text is not None:
                await socket.write(text)
                text = flow.following()
        except OSError:  # what servers raise for a browser that has gone
            self._gone(socket)
        except Exception:
            logger.exception("a socket could not be written to")
        finally:
            flow.is_held_up = False
