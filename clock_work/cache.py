"""A Redis cache for which a lost connection is a miss."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Reads miss and writes are dropped while Redis is away: what is cached is never the only copy."""

    def _forgive(self, operation: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return operation()
        except (RedisConnectionError, RedisTimeoutError) as error:
            logger.warning("cache is away: %s", error)
            return otherwise
