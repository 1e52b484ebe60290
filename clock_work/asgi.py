"""ASGI entry point: HTTP by Django, the WebSocket by the notifications app."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clock_work.settings")

http = get_asgi_application()

from clock_work.access_log import keep_discreet  # noqa: E402
from notifications.live.routing import websocket  # noqa: E402 - models are there only now

keep_discreet()
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
