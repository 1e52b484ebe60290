"""The cast: an owner, a friend of theirs, and a stranger."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from tasks import lease
from tasks.lease import LeaseKeeper
from tests.emptying import empty_all_tables
from tests.factories import make_user
from tests.smtp_sink import Sink

# How long an example takes says how busy the machine is, not whether the example holds.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark those that touch the database; there is no need for the others on more than one."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        asked_for = bool(fixtures & {"db", "transactional_db", "django_db_setup"})
        touches = asked_for or item.get_closest_marker("django_db") is not None
        if touches and not item.get_closest_marker("any_database"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Empty, also when it is the one of the step before, as in `bin/test`."""
    with django_db_blocker.unblock():
        empty_all_tables()


@pytest.fixture(autouse=True, scope="session")
def quickly_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_all_tables())
        yield


@pytest.fixture
def on_postgresql_alone() -> None:
    """For what takes long, and is about the database no more than other tests that run on each."""
    if connection.vendor == "sqlite":
        pytest.skip("the suite on PostgreSQL runs it")


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def friend(db: None) -> User:
    return make_user("friend")


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("stranger")


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Settings) -> None:
    """A hash made to take long takes most of a test's time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def files_at_once(settings: Settings) -> None:
    """Mail in files is written at the pace of a mail server only for people to watch."""
    settings.EMAIL_FILE_SECONDS = 0


@pytest.fixture(autouse=True)
def own_lease_keeper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread has a connection of its own, which does not see what a test's transaction wrote, and would
    take a run of it for lost. One that begins with the test rests longer than that takes."""
    monkeypatch.setattr(lease, "keeper", LeaseKeeper())


@pytest.fixture
def pushes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], Any]]:
    """What was handed to the publisher, which would send it."""
    sent: list[tuple[list[int], Any]] = []

    def put(users: list[int], text: str, but: list[int]) -> None:
        sent.append((users, json.loads(text)))

    monkeypatch.setattr("notifications.live.publisher.publisher.put", put)
    return sent


@pytest.fixture(scope="session")
def running_sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture
def sink(running_sink: Sink, settings: Settings, tmp_path: Path) -> Sink:
    """The server that mail goes out by; well-behaved and empty at first."""
    running_sink.reset()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running_sink.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "Clock Work <service@clock.example>"
    settings.SITE_URL = "https://clock.example"
    settings.JOURNAL_DIR = str(tmp_path / "journal")
    return running_sink
