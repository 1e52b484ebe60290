"""The WebSocket of somebody who is signed in. It only delivers: what is changed, is changed over HTTP."""

from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from notifications.live.flow import Flow
from notifications.live.hub import hub_here
from notifications.live.sessions import SignedIn

TOO_BIG = 4413
LONGEST_INCOMING = 256


class PushConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    channel_layer_alias = "none"  # the hub is the member of the channel layer, for all sockets here
    user_id: int
    signed_in: SignedIn
    flow: Flow

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.user_id = scope["signed_in"].user if scope["signed_in"] else 0
        self.flow = Flow()
        try:
            await super().__call__(scope, receive, send)
        finally:
            hub_here().leave(self)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own looks after database connections in a thread first; nothing here uses any."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """A refused handshake would tell a browser nothing, so a stranger is let in to hear why not."""
        await self.accept()
        if self.scope["signed_in"]:
            self.signed_in = self.scope["signed_in"]
            await hub_here().join(self)
        else:
            await self.close(self.scope["refusal"])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(text_data or bytes_data or "") > LONGEST_INCOMING:
            hub_here().hang_up(self, TOO_BIG)
        elif text_data and self.scope["signed_in"]:
            word, _, rest = text_data.partition(" ")
            await self._take(word, rest)

    async def _take(self, word: str, rest: str) -> None:
        """What may be said: “ping”, by which one finds out that the line is dead, “ack” when asked, and
        “watch presence” to hear of who comes and goes.

        Everything else is ignored.
        """
        match word, rest:
            case "ping", "":
                await hub_here().answer(self)
            case "ack", _:
                self.flow.answer(rest)
            case "watch", "presence" if self.signed_in.credential.allows("presence", writes=False):
                await hub_here().watch_presence(self)

    async def write(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def hang_up(self, code: int) -> None:
        await self.close(code)
