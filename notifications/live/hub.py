"""The hub: a web process's one member of the channel layer, and its sockets by user.

A frame comes in once, as ready text, and is written to each socket of its users: no queue and no dispatch
per socket. A socket that cannot keep up is hung up on, and catches up when it comes back. The hub hears
itself through Redis every few seconds. When it does not, its sockets are told to ask over HTTP meanwhile;
when it does again, to catch up, since what was sent in between is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterable
from functools import partial
from random import uniform
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from notifications.live.coalesced import Coalesced
from notifications.live.frames import AWAY, GROUP, HELLO, PONG, PRESENCE, RECONNECT, RESYNC
from notifications.live.heartbeat import Heartbeat
from notifications.live.sessions import SignedIn
from notifications.live.writer import Socket, Writer
from notifications.presence.keeper import PresenceKeeper
from notifications.presence.news import PresenceNews

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ECHOES = 5.0
SECONDS_FOR_AN_ECHO = 4.0
SECONDS_BETWEEN_TRIES = 1.0
SECONDS_BETWEEN_NEWS = 1.0
LISTS_PER_SECOND = 20  # of people, which those who watch fetch then

COME_BACK = 4408  # the session may have ended; the next handshake tells
CANNOT_KEEP_UP = 4429


class Hub:
    def __init__(self) -> None:
        self._sockets: dict[int, set[Socket]] = {}
        self._greeted: set[Socket] = set()
        self._writer = Writer(gone=self.leave, exhausted=partial(self.hang_up, code=CANNOT_KEEP_UP))
        self._listening = False
        self._tasks: list[asyncio.Task[None]] = []
        self._name = uuid4().hex
        self._taken = 0  # messages of the channel layer
        self._heard_itself = asyncio.Event()
        self._interrupted = asyncio.Event()
        self._presence = PresenceKeeper(PresenceNews().spread)
        self._watchers: set[Socket] = set()
        self._tell_watchers = Coalesced(
            lambda: self._writer.write(PRESENCE, list(self._watchers)),
            rest=lambda: max(SECONDS_BETWEEN_NEWS, len(self._watchers) / LISTS_PER_SECOND),
        )

    async def join(self, socket: Socket) -> None:
        """Write frames to the socket from now on; the first says hello, as soon as none will be missed."""
        self._sockets.setdefault(socket.user_id, set()).add(socket)
        if socket.signed_in.is_in_a_browser:
            self._presence.came(socket.user_id)
        if not self._tasks:
            work = self._run(), Heartbeat(self).run()
            self._tasks = [asyncio.create_task(each) for each in work]
        if self._listening:
            await self._greet([socket])

    def leave(self, socket: Socket) -> None:
        """Forget the socket; does nothing when it is not here."""
        self._greeted.discard(socket)
        self._watchers.discard(socket)
        of_user = self._sockets.get(socket.user_id, set())
        of_user.discard(socket)
        if not of_user:
            self._sockets.pop(socket.user_id, None)
        if not any(other.signed_in.is_in_a_browser for other in of_user):
            self._presence.left(socket.user_id)

    async def watch_presence(self, socket: Socket) -> None:
        """Tell the socket from now on when somebody came or went, and now, since that may just have been."""
        if socket in self._sockets.get(socket.user_id, ()):
            self._watchers.add(socket)
            await self._writer.write(PRESENCE, [socket])

    def hang_up(self, socket: Socket, code: int) -> None:
        """From here on it gets nothing, however long it takes to close."""
        self.leave(socket)
        if not socket.flow.is_over:
            socket.flow.end()
            self._writer.start(_close(socket, code))

    async def answer(self, socket: Socket) -> None:
        """Let a browser that asks hear that the line works."""
        await self._writer.write(PONG, [socket])

    def users(self) -> list[int]:
        """Who is here."""
        return list(self._sockets)

    def signed_in(self, users: Iterable[int]) -> set[SignedIn]:
        """By what these users are here."""
        return {socket.signed_in for socket in self._of(users)}

    def end(self, sessions: Collection[SignedIn]) -> None:
        """Hang up on all who are here by these sessions."""
        for socket in self._of({session.user for session in sessions}):
            if socket.signed_in in sessions:
                self.hang_up(socket, COME_BACK)

    async def tell(self, user: int, text: str) -> None:
        """Write to the sockets of one person here, those that have been said hello to."""
        await self._writer.write(text, self._greeted.intersection(self._sockets.get(user, ())))

    async def _run(self) -> None:
        while True:
            receiver: asyncio.Task[None] | None = None
            try:
                channel = await self._join_channel_layer()
                receiver = asyncio.create_task(self._receive(channel))
                await self._listen_to_itself()
            except Exception as error:  # noqa: BLE001 - whatever it is, the hub begins again
                logger.warning("pushes do not arrive, trying again: %r", error)
            if self._listening:
                self._listening = False
                await self._writer.write(AWAY, self._of(None))
            await self._leave_channel_layer(receiver)
            await asyncio.sleep(SECONDS_BETWEEN_TRIES * uniform(0.5, 1))  # noqa: S311

    async def _join_channel_layer(self) -> str:
        layer = get_channel_layer()
        async with asyncio.timeout(SECONDS_FOR_AN_ECHO):
            channel: str = await layer.new_channel()
            await layer.group_add(GROUP, channel)
        for shard in getattr(layer, "_shards", ()):  # it re-subscribes by itself and tells nobody
            if shard._pubsub is not None and shard._pubsub.connection is not None:
                shard._pubsub.connection.register_connect_callback(self._reconnected)
        return channel

    async def _leave_channel_layer(self, receiver: asyncio.Task[None] | None) -> None:
        """Drop its connections first: a receiver that is cancelled would talk over them."""
        try:
            async with asyncio.timeout(SECONDS_FOR_AN_ECHO):
                await get_channel_layer().flush()
        except Exception as error:  # noqa: BLE001 - it was broken before
            logger.info("the channel layer could not be closed in good order: %r", error)
        if receiver is not None:
            receiver.cancel()

    def _reconnected(self, _connection: object) -> None:
        self._interrupted.set()

    async def _listen_to_itself(self) -> None:
        """Send something to ourselves again and again; raises when it does not arrive."""
        while True:
            may_have_missed = not self._listening or self._interrupted.is_set()
            self._interrupted.clear()
            await self._hear_an_echo()
            if may_have_missed:
                self._listening = True
                self._presence.refresh()
                await self._greet(self._of(None))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECONDS_BETWEEN_ECHOES):
                    await self._interrupted.wait()

    async def _hear_an_echo(self) -> None:
        """Raises TimeoutError when nothing at all came: behind a burst of frames an echo takes its time."""
        self._heard_itself.clear()
        async with asyncio.timeout(SECONDS_FOR_AN_ECHO):
            await get_channel_layer().group_send(GROUP, {"type": "echo", "hub": self._name})
        while not self._heard_itself.is_set():
            taken = self._taken
            try:
                async with asyncio.timeout(SECONDS_FOR_AN_ECHO):
                    await self._heard_itself.wait()
            except TimeoutError:
                if taken == self._taken:
                    raise

    async def _receive(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            message = await layer.receive(channel)
            try:
                await self._take(message)
            except Exception:
                logger.exception("a message of the channel layer could not be handled")

    async def _take(self, message: dict[str, Any]) -> None:
        self._taken += 1
        if message["type"] == "push":
            for users, text, *but in message["frames"]:
                sockets = self._of(users, *but)
                if text == PRESENCE:
                    self._tell_watchers.ask()
                elif text != RECONNECT:
                    await self._writer.write(text, sockets)
                else:
                    for socket in sockets:
                        self.hang_up(socket, COME_BACK)
        elif message["hub"] == self._name:
            self._heard_itself.set()

    def _of(self, users: Iterable[int] | None, but: Iterable[int] = ()) -> list[Socket]:
        """The sockets of these users here; of everybody for None; without those of the users in `but`."""
        chosen, left_out = self._sockets if users is None else users, frozenset(but)
        return [socket for user in chosen if user not in left_out for socket in self._sockets.get(user, ())]

    async def _greet(self, sockets: list[Socket]) -> None:
        """Hello to those who come, and to the others that they missed something."""
        known = [socket for socket in sockets if socket in self._greeted]
        new = [socket for socket in sockets if socket not in self._greeted]
        self._greeted.update(new)
        await self._writer.write(RESYNC, known)
        await self._writer.write(HELLO, new)


async def _close(socket: Socket, code: int) -> None:
    try:
        await socket.hang_up(code)
    except OSError:  # what servers raise for a browser that has gone
        pass
    except Exception:
        logger.exception("a socket could not be closed")


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_here() -> Hub:
    """The hub of the running event loop. A web process has one loop, and so one hub."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
