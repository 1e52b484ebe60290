"""The WebSocket at `/ws/`: only from our own pages, and for whom the session cookie says."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from notifications.live.consumers import PushConsumer
from notifications.live.origin import SameOrigin

websocket = SameOrigin(AuthMiddlewareStack(URLRouter([path("ws/", PushConsumer.as_asgi())])))
