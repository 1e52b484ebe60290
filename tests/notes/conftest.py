from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.smtp_sink import Sink


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def sink(settings: Settings, tmp_path: Path) -> Iterator[Sink]:
    """The server that mail goes out by."""
    with Sink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.DEFAULT_FROM_EMAIL = "Clock Work <service@clock.example>"
        settings.JOURNAL_DIR = str(tmp_path / "journal")
        yield sink


@pytest.fixture
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """The disk that private files lie on, with nothing on it."""
    folder = tmp_path / "files"
    disk = settings.STORAGES["private"]
    options = {**disk["OPTIONS"], "location": str(folder)}
    settings.STORAGES = {**settings.STORAGES, "private": {**disk, "OPTIONS": options}}
    return folder
