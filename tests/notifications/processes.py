"""A web process, and this process's publisher, over a Valkey of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django.conf
import pytest
from pytest_django import Settings

from notifications.live import pushing
from notifications.live.publisher import Publisher
from tests.servers import ValkeyServer
from tests.stack import Stack, database_url, stack


@contextmanager
def daphne(
    folder: Path, valkey: ValkeyServer, *arguments: str, with_files: bool = False, **environment: str
) -> Iterator[Stack]:
    """A web process over the database and for the sessions of the tests; pages need its static files."""
    with processes_over(valkey, folder, **environment) as processes:
        if with_files:
            processes.collect_static_files()
        processes.start_web(*arguments)
        yield processes


@contextmanager
def processes_over(valkey: ValkeyServer, folder: Path, **environment: str) -> Iterator[Stack]:
    """None runs yet; those that are started use the database of the tests, and their sessions count."""
    own = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": valkey.url,
        "SECRET_KEY": django.conf.settings.SECRET_KEY,
        "EMAIL_HOST": "127.0.0.1",
    }
    with stack(folder, **{**own, **environment}) as processes:
        yield processes


@contextmanager
def publishing_over(
    valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    """The publisher of this process, with nothing left over from other tests."""
    layer = settings.CHANNEL_LAYERS["default"]
    hosts = [{"address": valkey.url, "socket_timeout": None}]
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}
    publisher = Publisher()
    monkeypatch.setattr(pushing, "publisher", publisher)
    yield publisher
    monkeypatch.setattr(publisher, "_is_taken", _given_up)
    assert publisher.wait_until_sent(10)


async def _given_up(_frames: object, *, quietly: bool) -> bool:
    """What a test leaves unsent is not for the next one to hear."""
    return True
