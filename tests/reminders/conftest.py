from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - for the tests of its API
from tests.smtp_sink import Sink


@pytest.fixture(scope="package")
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
    settings.TASKS_RETRY_SECONDS = 0.02
    return running_sink


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client
