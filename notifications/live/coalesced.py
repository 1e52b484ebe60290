"""Doing at most so often what is asked for at any rate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Coalesced:
    """Calls `action` soon after it was asked to, with `rest()` seconds between two calls at least.

    However often it is asked meanwhile, one call answers that; and none is forgotten.
    """

    def __init__(self, action: Callable[[], Awaitable[None]], *, rest: Callable[[], float]) -> None:
        self._action = action
        self._rest = rest
        self._wanted = False
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        self._wanted = True
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                await self._act()
                await asyncio.sleep(self._rest())
        finally:
            self._task = None

    async def _act(self) -> None:
        try:
            await self._action()
        except Exception:
            logger.exception("what was asked for could not be done")
