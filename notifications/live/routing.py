"""The WebSocket at `/ws/`: for pages of ours by the session cookie, for programs by a ticket."""

from channels.routing import URLRouter
from django.urls import path

from notifications.live.admission import ByTicketOrCookie
from notifications.live.consumers import PushConsumer
from notifications.live.origin import NotFromElsewhere

websocket = NotFromElsewhere(ByTicketOrCookie(URLRouter([path("ws/", PushConsumer.as_asgi())])))
