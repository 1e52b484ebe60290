"""Redis, for views and handlers. They wait half a second for it, and hear when it is away."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS_FOR_REDIS = 0.5


def impatient_redis() -> Redis:
    """A client of the process; what it raises is a RedisError or an OSError."""
    return _redis(settings.REDIS_URL)


@cache
def _redis(url: str) -> Redis:
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=SECONDS_FOR_REDIS,
        socket_connect_timeout=SECONDS_FOR_REDIS,
        retry=Retry(NoBackoff(), 0),
    )
