"""The push services of browsers (RFC 8030): which we talk to, how a message is posted, and what they answer.

Where to post is said by browsers, so by anybody: only addresses at the services that the settings name are
taken, no redirect is followed, and nobody is waited for long.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache

from notifications.models import PushSubscription
from notifications.web_push.vapid import authorization
from tasks.errors import Later, PermanentError, TemporaryError

ADDRESS = re.compile(
    r"(?P<origin>https?://(?P<host>[a-z0-9.-]+)(?P<port>:[0-9]{1,5})?)/[!-\[\]-~]*", re.ASCII
)
LONGEST_ADDRESS = 2000
PATIENCE = (3.05, 5.0)  # seconds to connect, and to be answered
SECONDS_OF_REST = 20
LONGEST_PAUSE = 3600.0
GONE = {404, 410}
TOO_LARGE = 413
TOO_MANY = 429


class SubscriptionGone(Exception):  # noqa: N818 - not an error: browsers come and go
    """The browser does not take pushes at this address any more."""


def accepts(endpoint: str) -> bool:
    """Whether it is an address at one of the push services that we talk to."""
    address = ADDRESS.fullmatch(endpoint)
    if address is None or len(endpoint) > LONGEST_ADDRESS:
        return False
    if address["origin"] in settings.WEB_PUSH_SERVICES:
        return True
    is_plain = address["origin"].startswith("https://") and address["port"] is None
    return is_plain and any(is_of(address["host"], service) for service in settings.WEB_PUSH_SERVICES)


def is_of(host: str, service: str) -> bool:
    return host == service or host.endswith(f".{service}")


def post(subscription: PushSubscription, message: bytes, headers: Mapping[str, str]) -> None:
    """Hand the message, encrypted for the browser, to its push service.

    Raises SubscriptionGone, and what handlers raise.
    """
    from pywebpush import WebPusher  # noqa: PLC0415 - slow to import, and few processes ever post

    service = urlsplit(subscription.endpoint).netloc
    _leave_in_peace(service)
    encrypted = WebPusher(
        {
            "endpoint": subscription.endpoint,
            "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
        }
    ).encode(message)["body"]
    own = {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
    try:
        with requests.post(
            subscription.endpoint,
            data=encrypted,
            headers={**headers, **own, **authorization(subscription.endpoint)},
            timeout=PATIENCE,
            allow_redirects=False,
            stream=True,  # nothing is read of what it says besides
        ) as answer:
            _judge(answer, service)
    except (requests.ConnectionError, requests.Timeout) as error:
        cache.set(_rest_of(service), time.time() + SECONDS_OF_REST, SECONDS_OF_REST)
        raise TemporaryError(f"{service} did not answer.") from error


def _leave_in_peace(service: str) -> None:
    """Whoever waited for a silent service did so for all: the others come back later, without waiting."""
    until = cache.get(_rest_of(service))
    if until is not None:
        raise Later(max(1.0, until - time.time()), f"{service} does not answer at the moment.")


def _rest_of(service: str) -> str:
    return f"push-service-rests:{service}"


def _judge(answer: requests.Response, service: str) -> None:
    status = answer.status_code
    if status in GONE:
        raise SubscriptionGone
    if status == TOO_LARGE:
        raise PermanentError(f"The message was too large for {service}.")
    if status == TOO_MANY or status >= 500:
        pause = seconds_to_wait(answer.headers.get("Retry-After", ""))
        raise TemporaryError(f"{service} answered {status}.", pause=pause)
    if not 200 <= status < 300:
        raise PermanentError(f"{service} refused the message with {status}.")


def seconds_to_wait(retry_after: str) -> float:
    """What a Retry-After asks for (RFC 9110, 10.2.3), within reason; 0 for none that can be understood."""
    if retry_after.isdecimal():
        seconds = float(retry_after[:9])
    else:
        try:
            seconds = parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (ValueError, OverflowError):
            seconds = 0
    return min(LONGEST_PAUSE, max(0.0, seconds))
