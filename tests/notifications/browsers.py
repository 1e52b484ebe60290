"""Whole tabs of browsers, which do what our JavaScript does, and many of them at once.

A tab keeps its socket (`socket.js`), shows the bell, and fetches it again as `<live-fragment>` does: when a
frame says so, when pushes arrive again, when a beat names another version, and now and then by itself.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from random import random
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

TOPIC = "notifications"
BADGE = re.compile(r'data-version="([^"]*)".*?<span class="count"[^>]*>(\d*)', re.DOTALL)
PATIENCE = 8.0
QUIET = 30.0
REST = 0.2


def get(site: str, path: str, cookie: str) -> tuple[int, str]:
    """Status and text of the answer, wherever it leads on to."""
    with closing(HTTPConnection(urlsplit(site).netloc, timeout=15)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@dataclass(frozen=True)
class Bell:
    version: str
    unread: int


class Tab:
    def __init__(self, site: str, cookie: str) -> None:
        self._site = site
        self._cookie = cookie
        self._outdated = asyncio.Event()
        self._outdated.set()
        self._idle = 0.0
        self.bell: Bell | None = None
        self.is_open = False  # pushes arrive
        self.opened = 0

    def live(self, tasks: asyncio.TaskGroup) -> None:
        tasks.create_task(self._keep_socket())
        tasks.create_task(self._keep_bell())

    async def _keep_socket(self) -> None:
        failures = 0
        while True:
            before = self.opened
            with suppress(OSError, WebSocketException, TimeoutError):
                await self._listen()
            self.is_open = False
            failures = failures + 1 if self.opened == before else 1
            await asyncio.sleep(random() * min(60, 2 * 2 ** (failures - 1)))

    async def _listen(self) -> None:
        headers = {"Cookie": self._cookie}
        address = self._site.replace("http", "ws") + "/ws/"
        async with connect(
            address,
            origin=Origin(self._site),
            additional_headers=headers,
            open_timeout=PATIENCE,
            close_timeout=1,
            ping_interval=None,
            proxy=None,
        ) as socket:
            while True:
                await self._take(socket, json.loads(await self._next(socket)))

    async def _next(self, socket: ClientConnection) -> str | bytes:
        """A dead line says nothing: so ask, and do not wait long for the answer."""
        try:
            return await asyncio.wait_for(socket.recv(), QUIET)
        except TimeoutError:
            await socket.send("ping")
            return await asyncio.wait_for(socket.recv(), PATIENCE)

    async def _take(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        match frame["topic"]:
            case "hello":
                self._opened()
            case "resync":
                asyncio.get_running_loop().call_later(random(), self._opened)
            case "away":
                self.is_open = False
            case "ack":
                await socket.send(f"ack {frame['word']}")
            case "beat":
                version = frame.get("versions", {}).get(TOPIC)
                if self.bell is not None and version not in {None, self.bell.version}:
                    self._outdated.set()
            case topic if topic == TOPIC:
                self._outdated.set()

    def _opened(self) -> None:
        self.is_open = True
        self.opened += 1
        self._outdated.set()

    async def _keep_bell(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._outdated.wait(), self._pace())
            self._outdated.clear()
            try:
                bell = await asyncio.to_thread(self._fetch)
            except (OSError, HTTPException):
                self._idle += 1
            else:
                self._idle = self._idle + 0.5 if bell == self.bell else 0
                self.bell = bell
            await asyncio.sleep(REST)

    def _pace(self) -> float:
        base, cap = (20, 120) if self.is_open else (2, 30)
        wait: float = min(cap, base * 2.0 ** int(self._idle))
        return wait * (0.8 + 0.4 * random())

    def _fetch(self) -> Bell:
        status, text = get(self._site, "/notifications/badge/", self._cookie)
        found = BADGE.search(text)
        if status != 200 or found is None:
            raise HTTPException(f"HTTP {status}")
        return Bell(found[1], int(found[2] or 0))


class Browsers:
    """Tabs that live in a thread of their own until the end."""

    def __init__(self, site: str, cookies: Iterable[str]) -> None:
        self.tabs = [Tab(site, cookie) for cookie in cookies]
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(20))
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._living.cancel)
        self._thread.join(30)

    def _run(self) -> None:
        self._living = self._loop.create_task(self._live())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._living)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.run_until_complete(asyncio.sleep(0))  # the last lines are dropped
        self._loop.close()

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for tab in self.tabs:
                tab.live(tasks)

    @property
    def are_open(self) -> bool:
        return all(tab.is_open for tab in self.tabs)

    @property
    def are_cut_off(self) -> bool:
        return not any(tab.is_open for tab in self.tabs)
