"""Letting a program listen at the WebSocket."""

from http import HTTPStatus
from typing import cast

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.credentials import Credential
from api.problems import Unavailable
from api.schema import refuses
from api.views import ApiView
from notifications.live import tickets
from notifications.live.sessions import RESOURCE, SignedIn

EXAMPLE = OpenApiExample(
    "A ticket",
    {
        "ticket": "pvKbC9wT2f4cGZ8rJm1sQ0XyUe7nHdLaRoVi3tBkMgE",
        "url": "wss://clock.example/ws/?ticket=pvKbC9wT2f4cGZ8rJm1sQ0XyUe7nHdLaRoVi3tBkMgE",
        "expires_in": tickets.SECONDS,
    },
    response_only=True,
)


class TicketSerializer(serializers.Serializer[dict[str, object]]):
    ticket = serializers.CharField()
    url = serializers.CharField(help_text="Where to open the WebSocket.")
    expires_in = serializers.IntegerField(help_text="For so many seconds it is good.")


class Tickets(ApiView):
    resource = RESOURCE
    only_reads = True

    @extend_schema(
        request=None,
        responses={
            HTTPStatus.CREATED: TicketSerializer,
            **refuses(HTTPStatus.SERVICE_UNAVAILABLE, "Tickets cannot be kept at the moment."),
        },
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Get a ticket, with which a WebSocket can be opened once, within 30 seconds.

        It needs no cookie and no `Origin`. Frames are JSON objects with a `topic`, and are hints: what is new
        is fetched over HTTP. The first is `hello`; from then on none is missed, until `away` says that some
        may be, and `resync` that none is any more. Whoever is asked for an `ack` sends back “ack” and the
        `word`. The socket is closed with 4401 where the ticket is not good (any more), with 4408 when the
        token, log-in or session may have ended, with 4429 when too much is unread, and with 4503 when tickets
        cannot be looked at: then get another one.

        There is no `Idempotency-Key` here: to give the same answer twice, the ticket would have to be kept,
        and only its hash is. A ticket that was not used ends by itself.
        """
        try:
            ticket = tickets.issue(SignedIn.by(cast("Credential", request.auth), self.user))
        except tickets.TicketsAway as error:
            raise Unavailable from error
        url = f"{settings.SITE_URL.replace('http', 'ws', 1)}/ws/?ticket={ticket}"
        answer = {"ticket": ticket, "url": url, "expires_in": tickets.SECONDS}
        return Response(TicketSerializer(answer).data, status=HTTPStatus.CREATED)
