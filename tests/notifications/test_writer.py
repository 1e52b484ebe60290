"""What is written to one browser keeps its order on a server that makes a write wait, whenever that is."""

import asyncio
import json

from api.credentials import Credential
from notifications.live.flow import ASK_AFTER, Flow
from notifications.live.frames import encode
from notifications.live.sessions import SignedIn
from notifications.live.writer import Socket, Writer

LONG = encode({"topic": "long", "fill": "x" * ASK_AFTER})  # after which a browser is asked what it has read


class SlowSocket:
    """Begins with what it is given, and is through with it when it may go on."""

    def __init__(self) -> None:
        self.user_id = 7
        self.signed_in = SignedIn(7, Credential("session", "key"), "hash")
        self.flow = Flow()
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.may_go_on = asyncio.Semaphore(0)

    async def write(self, text: str) -> None:
        self.begun.put_nowait(json.loads(text)["topic"])
        await self.may_go_on.acquire()

    async def hang_up(self, code: int) -> None:
        raise AssertionError(f"hung up with {code}")

    async def go_on(self) -> str:
        self.may_go_on.release()
        return await self.begun.get()


def unexpected(socket: Socket) -> None:
    raise AssertionError(f"lost {socket}")


async def test_what_comes_while_any_write_waits_is_written_after_it_and_in_order() -> None:
    socket, writer = SlowSocket(), Writer(gone=unexpected, exhausted=unexpected)
    async with asyncio.timeout(10):
        await writer.write(LONG, [socket])
        assert await socket.begun.get() == "long"
        assert await socket.go_on() == "ack"
        for topic in ("one", "two"):
            await writer.write(encode({"topic": topic}), [socket])
        assert [await socket.go_on() for _ in range(2)] == ["one", "two"]
