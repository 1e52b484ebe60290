"""Tabs of browsers, as far as the WebSocket is concerned."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from accounts.models import User

HELLO = {"topic": "hello"}
RESYNC = {"topic": "resync"}


def cookie_of(user: User) -> str:
    """What the browser of somebody who is signed in sends along."""
    client = Client()
    client.force_login(user)
    return session_of(client)


def session_of(client: Client) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


class Tab:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def next(self, timeout: float = 10) -> dict[str, Any]:
        """The next frame with news, after those that only keep the line; raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(timeout=max(0, deadline - time.monotonic())))
            if frame["topic"] == "ack":
                self.socket.send(f"ack {frame['word']}")
            elif frame["topic"] != "beat":
                return frame

    def next_beat(self, timeout: float = 10) -> dict[str, Any]:
        """The next beat, which has to be the next frame; raises TimeoutError."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=timeout))
        assert frame["topic"] == "beat"
        return frame

    def wait_for(self, topic: str, timeout: float = 20) -> dict[str, Any]:
        """The next frame with this topic; those before it are passed over."""
        deadline = time.monotonic() + timeout
        while True:
            frame = self.next(max(0.01, deadline - time.monotonic()))
            if frame["topic"] == topic:
                return frame

    def has_nothing(self, within: float) -> bool:
        try:
            self.next(within)
        except TimeoutError:
            return True
        return False


class Tabs(contextlib.ExitStack):
    """Opens tabs of a site, and closes them all in the end."""

    def __init__(self, site: str) -> None:
        super().__init__()
        self.site = site

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def open(
        self,
        user: User | str | None,
        *,
        origin: str | None = "self",
        host: str | None = None,
        ticket: str | None = None,
    ) -> Tab:
        """A tab of a user or with a cookie, on one of the site's pages; with a `ticket` that is sent, too.

        Or on a page of another `origin` (None: does not say which).
        """
        address = urlsplit(self.site)
        cookie = cookie_of(user) if isinstance(user, User) else user
        tab = connect(
            f"ws://{host or address.netloc}/ws/{'' if ticket is None else f'?ticket={ticket}'}",
            sock=socket.create_connection((address.hostname, address.port), timeout=10),
            origin=None if origin is None else Origin(self.site if origin == "self" else origin),
            additional_headers={"Cookie": cookie} if cookie else {},
            proxy=None,
        )
        return Tab(self.enter_context(tab))

    def program(self, ticket: str) -> Tab:
        """What a program with a ticket has: no cookie, and no page that it is on."""
        return self.open(None, origin=None, ticket=ticket)

    def greeted(self, user: User) -> Tab:
        """A tab that pushes arrive in from now on."""
        tab = self.open(user)
        assert tab.next() == HELLO
        return tab
