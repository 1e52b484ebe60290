"""The WebSocket at `/ws/`: only from our own pages, and for whom the session cookie says."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from notifications.consumers import PushConsumer
from notifications.origin import SameOrigin

websocket = SameOrigin(AuthMiddlewareStack(URLRouter([path("ws/", PushConsumer.as_asgi())])))
