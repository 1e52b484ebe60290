"""Which pages may open our WebSocket. Browsers send cookies along from any page, and always its Origin.

Programs have no Origin, and need none with a ticket, which no page of others' gets hold of.
"""

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from notifications.live.admission import ticket_of


class NotFromElsewhere:
    """Refuse handshakes from pages that are not ours, by the rule of Django's CSRF protection, and without a
    ticket also those that do not say from which page they come."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin, host = (headers.get(name, b"").decode("latin1") for name in (b"origin", b"host"))
        is_a_program = b"origin" not in headers and ticket_of(scope) is not None
        is_welcome = is_a_program or is_ours(origin, host)
        await (self.application if is_welcome else WebsocketDenier())(scope, receive, send)


def is_ours(origin: str, host: str) -> bool:
    """Whether `origin` is a trusted one, or the very host that was asked for and that we serve."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    page = urlsplit(origin)
    if settings.SESSION_COOKIE_SECURE and page.scheme != "https":
        return False  # anybody on the way may have written that page
    domain, _ = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    return bool(domain) and validate_host(domain, allowed) and page.netloc.lower() == host.lower()
