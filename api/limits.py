"""How many requests a minute an address, a user and a token may make, counted over all processes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request

from accounts.models import User
from api.credentials import Credential

WINDOW = 60  # seconds
KEYS = "api-limits:"


class CountingCache(Protocol):
    def count(self, keys: list[str], timeout: int) -> list[int]:
        """Raise each by one, and give what they are now; they are forgotten after `timeout` seconds."""


@dataclass(frozen=True)
class Limit:
    """`most` requests in each WINDOW seconds by the user, token or address (`of`) of this `name`."""

    of: str
    name: str
    most: int


@dataclass(frozen=True)
class Count:
    limit: Limit
    made: int
    seconds_left: int

    @property
    def left(self) -> int:
        return max(0, self.limit.most - self.made)

    @property
    def is_over(self) -> bool:
        return self.made > self.limit.most


def limits_of(request: Request) -> list[Limit]:
    """Those that this request counts for. An address may be that of a whole office, so who is known by a
    credential is not counted by it."""
    credential = request.auth
    if not isinstance(credential, Credential) or not isinstance(request.user, User):
        return [address_limit(request)]
    limits = [Limit("user", f"user:{request.user.pk}", settings.API_REQUESTS_PER_MINUTE_PER_USER)]
    if credential.kind == "token":
        limits.append(Limit("token", credential.name, settings.API_REQUESTS_PER_MINUTE_PER_TOKEN))
    return limits


def address_limit(request: Request) -> Limit:
    address = get_adapter().get_client_ip(request._request)
    return Limit("address", f"address:{address}", settings.API_REQUESTS_PER_MINUTE_PER_ADDRESS)


def seconds_now() -> float:
    return time.time()


def count(limits: Iterable[Limit]) -> list[Count]:
    """Count a request for each of them."""
    limits = list(limits)
    window, passed = divmod(seconds_now(), WINDOW)
    keys = [f"{KEYS}{limit.name}:{int(window)}" for limit in limits]
    made = cast("CountingCache", cast("Any", cache)).count(keys, 2 * WINDOW)
    left = max(1, round(WINDOW - passed))
    return [Count(limit, each, left) for limit, each in zip(limits, made, strict=True)]


def headers_of(counts: Iterable[Count]) -> dict[str, str]:
    """RateLimit and RateLimit-Policy, as the IETF's draft (ratelimit-headers, from version 9 on) has them."""
    counts = list(counts)
    if not counts:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{each.limit.of}";q={each.limit.most};w={WINDOW}' for each in counts),
        "RateLimit": ", ".join(f'"{each.limit.of}";r={each.left};t={each.seconds_left}' for each in counts),
    }
