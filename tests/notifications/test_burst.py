"""A burst of frames to many sockets at once: the stock channel layer lost four in five of them."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from accounts.models import User
from notifications.door import push
from notifications.live.publisher import Publisher
from tests.notifications.tabs import HELLO, cookie_of
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]

SOCKETS = 200
FRAMES = 500


async def hear(socket: ClientConnection) -> list[str]:
    """The topics of as many frames, up to the last one."""
    heard: list[str] = []
    while len(heard) < FRAMES:
        frame = json.loads(await socket.recv())
        if frame["topic"] == "ack":
            await socket.send(f"ack {frame['word']}")
        elif frame["topic"] != "beat":
            heard.append(frame["topic"])
    return heard


async def burst(site: str, cookie: str, user: int) -> list[list[str]]:
    async with AsyncExitStack() as sockets, asyncio.timeout(60):
        listening = []
        for _ in range(SOCKETS):
            address, headers = site.replace("http", "ws") + "/ws/", {"Cookie": cookie}
            line = connect(
                address, origin=Origin(site), additional_headers=headers, proxy=None, open_timeout=30
            )
            socket = await sockets.enter_async_context(line)
            assert json.loads(await socket.recv()) == HELLO
            listening.append(asyncio.create_task(hear(socket)))
        for number in range(FRAMES):
            push([user], {"topic": f"run:{number}"})
            await asyncio.sleep(1 / FRAMES)
        return await asyncio.gather(*listening)


def test_five_hundred_frames_in_a_second_reach_two_hundred_sockets_in_order(
    web: Stack, publisher: Publisher, owner: User
) -> None:
    sent = [f"run:{number}" for number in range(FRAMES)]
    heard = asyncio.run(burst(web.url, cookie_of(owner), owner.pk))
    assert heard == [sent] * SOCKETS
