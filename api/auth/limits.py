"""Tries of passwords, codes and sign-ups are limited together with those on the pages."""

from __future__ import annotations

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_rates
from django.http import HttpRequest
from rest_framework.exceptions import Throttled


def count_try(request: HttpRequest, action: str) -> None:
    """Count for one of allauth's limits; raises Throttled."""
    if not ratelimit.consume(request, action=action):
        raise too_many(action)


def too_many(action: str) -> Throttled:
    """The refusal; it says to wait for as long as the limit takes at most to let somebody try again."""
    refusal = Throttled(detail="There were too many tries. Wait for some minutes.")
    rates = get_rates(app="allauth.account", action=action)
    refusal.wait = max(rate.duration for rate in rates)  # type: ignore[attr-defined]
    return refusal
