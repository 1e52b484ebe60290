"""The cache, and what stands on it, while Redis is away."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from clock_work import cache as cache_module
from tests.factories import PASSWORD
from tests.servers import ValkeyServer, wait_until

LIMITED = "allauth:rl:login:somebody"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "PAUSE", 0.05)


@pytest.fixture
def cache(valkey: ValkeyServer, settings: Settings) -> Iterator[BaseCache]:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": valkey.url}}
    yield caches["default"]
    caches["default"].clear()


def wait_for(cache: BaseCache) -> None:
    def answers() -> bool:
        cache.set("probe", "there")
        return bool(cache.get("probe") == "there")

    wait_until(answers, 10)


OPERATIONS: dict[str, tuple[Callable[[BaseCache], Any], Any]] = {
    "get": (lambda cache: cache.get("kept", "otherwise"), "otherwise"),
    "get_many": (lambda cache: cache.get_many(["kept", "number"]), {}),
    "get_or_set": (lambda cache: cache.get_or_set("kept", "made"), "made"),
    "set": (lambda cache: cache.set("kept", 1), None),
    "set_many": (lambda cache: cache.set_many({"kept": 1}), []),
    "add": (lambda cache: cache.add("kept", 1), True),
    "has_key": (lambda cache: cache.has_key("kept"), False),
    "contains": (lambda cache: "kept" in cache, False),
    "touch": (lambda cache: cache.touch("kept", 10), False),
    "delete": (lambda cache: cache.delete("kept"), False),
    "delete_many": (lambda cache: cache.delete_many(["kept"]), None),
    "clear": (lambda cache: cache.clear(), False),
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_every_operation_misses(valkey: ValkeyServer, cache: BaseCache, name: str, how: str) -> None:
    operation, expected = OPERATIONS[name]
    cache.set("kept", "value")
    assert cache.get("kept") == "value"
    valkey.kill() if how == "killed" else valkey.pause()
    began = time.monotonic()
    assert operation(cache) == expected
    assert time.monotonic() - began < 1.5


def test_counting_what_is_not_there_says_so(valkey: ValkeyServer, cache: BaseCache) -> None:
    cache.set("number", 1)
    assert cache.incr("number") == 2
    valkey.kill()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("number")


def test_it_works_again_when_redis_is_back(valkey: ValkeyServer, cache: BaseCache) -> None:
    valkey.kill()
    assert cache.get("kept") is None
    valkey.start()
    wait_for(cache)


def test_what_was_deleted_meanwhile_stays_deleted(valkey: ValkeyServer, cache: BaseCache) -> None:
    cache.set_many({"deleted": 1, "changed": 1, "kept": 1})
    valkey.pause()
    cache.delete("deleted")
    cache.set("changed", 2)
    valkey.resume()
    wait_until(lambda: cache.get("kept") == 1, 10)
    assert cache.get_many(["deleted", "changed", "kept"]) == {"kept": 1}


def test_clearing_leaves_what_others_keep_in_the_same_redis(valkey: ValkeyServer, cache: BaseCache) -> None:
    cache.set("kept", 1)
    redis = cache._cache._redis.get_client()  # type: ignore[attr-defined]
    redis.set("a message of the broker", "precious")
    cache.clear()
    assert cache.get("kept") is None
    assert redis.get("a message of the broker") == b"precious"


def test_limits_are_counted_in_memory(valkey: ValkeyServer, cache: BaseCache) -> None:
    valkey.kill()
    assert cache.add(f"{LIMITED}:lock", 1)
    assert not cache.add(f"{LIMITED}:lock", 1)
    cache.set(LIMITED, [1.0, 2.0])
    assert cache.get(LIMITED) == [1.0, 2.0]
    cache.delete(LIMITED)
    assert cache.get(LIMITED) is None


@pytest.mark.django_db
def test_sessions_are_not_kept_in_memory(valkey: ValkeyServer, cache: BaseCache) -> None:
    valkey.kill()
    session = SessionStore()
    session["word"] = "here"
    session.save()
    key = session.session_key
    assert SessionStore(key)["word"] == "here"  # from the database
    SessionStore.get_model_class().objects.all().delete()  # logged out by another process
    assert "word" not in SessionStore(key)


@pytest.mark.django_db
def test_log_in_a_page_and_log_out_work_without_redis(
    valkey: ValkeyServer, cache: BaseCache, owner: User, client: Client
) -> None:
    valkey.kill()
    assert client.post("/accounts/login/", {"login": "owner", "password": PASSWORD}).status_code == 302
    assert b"owner" in client.get("/").content
    assert client.post("/accounts/logout/").status_code == 302
    assert b"owner" not in client.get("/").content


@pytest.mark.django_db
def test_log_out_while_redis_is_away_holds_when_it_is_back(
    valkey: ValkeyServer, cache: BaseCache, owner: User, client: Client
) -> None:
    client.force_login(owner)
    cookie = client.cookies["clock_work_session"].value
    assert client.get("/accounts/profile/").status_code == 200
    valkey.pause()
    client.post("/accounts/logout/")
    valkey.resume()
    wait_for(cache)
    thief = Client()
    thief.cookies["clock_work_session"] = cookie
    assert thief.get("/accounts/profile/").status_code == 302


@pytest.mark.django_db
def test_log_in_is_limited_without_redis(valkey: ValkeyServer, cache: BaseCache, client: Client) -> None:
    valkey.kill()
    for _ in range(5):
        client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert "Too many failed login attempts" in answer.content.decode()
