"""By what a WebSocket is opened: the ticket in its address if there is one, otherwise the session cookie.

`scope["signed_in"]` says who that is, or is None, and then `scope["refusal"]` is what to close it with.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async

from api.credentials import Credential
from notifications.live.sessions import SignedIn, ended
from notifications.live.tickets import TicketsAway, take

SIGNED_OUT = 4401  # tells our client not to come back before it has another page, and a program to log in
TRY_AGAIN_LATER = 4503  # 1013 by its name, which servers let no application say


def ticket_of(scope: dict[str, Any]) -> str | None:
    """The ticket in the address, which may be empty; None where there is none."""
    query = parse_qs(scope["query_string"].decode("latin1"), keep_blank_values=True)
    return query["ticket"][0] if "ticket" in query else None


class ByTicketOrCookie:
    """A ticket that is not good is not made good by a cookie."""

    def __init__(self, application: Any) -> None:
        self._by_ticket = ByTicket(application)
        self._by_cookie = AuthMiddlewareStack(BySession(application))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        way = self._by_cookie if ticket_of(scope) is None else self._by_ticket
        await way({**scope, "signed_in": None, "refusal": SIGNED_OUT}, receive, send)


class BySession:
    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        user = scope["user"]
        if user.is_authenticated:
            scope["signed_in"] = SignedIn.by(Credential("session", scope["session"].session_key), user)
        await self._application(scope, receive, send)


class ByTicket:
    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """In a thread of its own: the one that other handshakes wait for does not wait for Redis."""
        try:
            look_up = database_sync_to_async(_admitted, thread_sensitive=False)
            scope["signed_in"] = await look_up(ticket_of(scope) or "")
        except TicketsAway:
            scope["refusal"] = TRY_AGAIN_LATER
        await self._application(scope, receive, send)


def _admitted(ticket: str) -> SignedIn | None:
    """Who holds the ticket, if what they asked for it by still lets them in. Raises TicketsAway."""
    signed_in = take(ticket)
    return signed_in if signed_in and not ended({signed_in}) else None
