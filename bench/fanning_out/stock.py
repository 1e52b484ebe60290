"""Pushing as the tutorial of Channels does it: each socket is in the group, and makes JSON for itself."""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - models are there only now
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402

from bench.fanning_out.names import EVERYBODY  # noqa: E402


class Consumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    channel_layer_alias = "stock"

    async def connect(self) -> None:
        await self.channel_layer.group_add(EVERYBODY, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(EVERYBODY, self.channel_name)

    async def tell(self, event: dict[str, Any]) -> None:
        await self.send_json(event["frame"])


websocket = AuthMiddlewareStack(URLRouter([path("ws/", Consumer.as_asgi())]))
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
