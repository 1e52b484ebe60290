"""A Redis cache for which a lost connection is a miss."""

import logging
import time
from collections.abc import Callable, Iterable
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.functional import cached_property
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)

T = TypeVar("T")
PAUSE = 2.0  # seconds for which nobody waits again for a Redis that has just not answered
MOST_OWED = 10_000
COUNTERS = ":allauth:rl:"  # limits on log-in and the like; sessions must never be kept like this


class RedisIsAway(Exception):  # noqa: N818 - a state, not a mistake
    """Nothing was read or written."""


class ForgivingClient:
    """What Django's client does, once for the whole process.

    While Redis is away reads miss and writes are dropped, except that limits are counted in the
    memory of this process. What could not be written or deleted is deleted when Redis is back, before
    anything is read: a session that ended meanwhile must not come back to life.
    """

    def __init__(self, servers: list[str], prefix: str, **options: Any) -> None:
        self._redis: Any = RedisCacheClient(servers, retry=Retry(NoBackoff(), 0), **options)
        self._prefix = prefix
        self._memory = LocMemCache("counters", {})
        self._away_until = 0.0
        self._owed: set[str] = set()
        self._lock = Lock()

    def add(self, key: str, value: Any, timeout: int | None) -> bool:
        return self._forgiving(
            lambda: self._redis.add(key, value, timeout),
            lambda: self._memory.add(key, value, timeout) if COUNTERS in key else True,
        )

    def get(self, key: str, default: Any) -> Any:
        return self._forgiving(
            lambda: self._redis.get(key, default),
            lambda: self._memory.get(key, default) if COUNTERS in key else default,
        )

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self._forgiving(
            lambda: self._redis.set(key, value, timeout),
            lambda: self._memory.set(key, value, timeout) if COUNTERS in key else self._owe([key]),
        )

    def touch(self, key: str, timeout: int | None) -> bool:
        return self._forgiving(lambda: self._redis.touch(key, timeout), lambda: False)

    def delete(self, key: str) -> bool:
        def later() -> bool:
            self._owe([key])
            return COUNTERS in key and self._memory.delete(key)

        return self._forgiving(lambda: self._redis.delete(key), later)

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        return self._forgiving(lambda: self._redis.get_many(keys), dict)

    def has_key(self, key: str) -> bool:
        return self._forgiving(lambda: self._redis.has_key(key), lambda: False)

    def incr(self, key: str, delta: int) -> int:
        def missing() -> int:
            self._owe([key])
            raise ValueError(f"Key '{key}' not found.")

        return self._forgiving(lambda: self._redis.incr(key, delta), missing)

    def count(self, keys: list[str], timeout: int) -> list[int]:
        """Raise the counters by one, in one round trip, and give what they are now.

        Each is forgotten `timeout` seconds after it was last raised.
        """

        def in_redis() -> list[int]:
            with self._redis.get_client(keys[0], write=True).pipeline(transaction=False) as pipeline:
                for key in keys:
                    pipeline.incr(key)
                    pipeline.expire(key, timeout)
                return list(pipeline.execute()[::2])

        def in_memory() -> list[int]:
            for key in keys:
                self._memory.add(key, 0, timeout)
            return [self._memory.incr(key) for key in keys]

        return self._forgiving(in_redis, in_memory) if keys else []

    def set_many(self, data: dict[str, Any], timeout: int | None) -> None:
        self._forgiving(lambda: self._redis.set_many(data, timeout), lambda: self._owe(data))

    def delete_many(self, keys: Iterable[str]) -> None:
        self._forgiving(lambda: self._redis.delete_many(keys), lambda: self._owe(keys))

    def clear(self) -> bool:
        """Delete what is ours; the broker's messages may live in the same database."""
        self._memory.clear()
        return self._forgiving(self._delete_all, lambda: False)

    def _forgiving(self, operation: Callable[[], Any], otherwise: Callable[[], T]) -> T:
        try:
            answer: T = self._attempt(operation)
        except RedisIsAway:
            answer = otherwise()
        return answer

    def _attempt(self, operation: Callable[[], Any]) -> Any:
        if time.monotonic() < self._away_until:
            raise RedisIsAway
        try:
            self._delete_what_is_owed()
            return operation()
        except (RedisConnectionError, RedisTimeoutError) as error:
            self._away_until = time.monotonic() + PAUSE
            logger.warning("the cache is away: %s", error)
            raise RedisIsAway from error

    def _owe(self, keys: Iterable[str]) -> None:
        with self._lock:
            self._owed.update(keys)

    def _delete_what_is_owed(self) -> None:
        if not self._owed:
            return
        with self._lock:
            owed, self._owed = self._owed, set()
        try:
            if len(owed) > MOST_OWED:
                self._delete_all()
            else:
                self._redis.delete_many(list(owed))
        except (RedisConnectionError, RedisTimeoutError):
            self._owe(owed)
            raise

    def _delete_all(self) -> bool:
        client = self._redis.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self._prefix}:*", count=1000):
            client.delete(key)
        return True


@cache
def client_of(servers: tuple[str, ...], prefix: str, options: tuple[tuple[str, Any], ...]) -> ForgivingClient:
    """The process's client: Django makes a cache object per request, connections outlive that."""
    return ForgivingClient(list(servers), prefix, **dict(options))


class ForgivingRedisCache(RedisCache):
    """Django's, over a client that forgives."""

    _servers: list[str]
    _options: dict[str, Any]

    @cached_property
    def _cache(self) -> ForgivingClient:  # type: ignore[override]
        return client_of(tuple(self._servers), self.key_prefix, tuple(sorted(self._options.items())))

    def count(self, keys: list[str], timeout: int) -> list[int]:
        """Raise each counter by one, over all processes, and give what they are now; see ForgivingClient."""
        return self._cache.count([self.make_and_validate_key(key) for key in keys], timeout)
