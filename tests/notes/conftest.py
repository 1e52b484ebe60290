from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """The disk that private files lie on, with nothing on it."""
    folder = tmp_path / "files"
    disk = settings.STORAGES["private"]
    options = {**disk["OPTIONS"], "location": str(folder)}
    settings.STORAGES = {**settings.STORAGES, "private": {**disk, "OPTIONS": options}}
    return folder
