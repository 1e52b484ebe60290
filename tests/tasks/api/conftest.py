"""A program of the owner's, and a kind that it may ask for."""

from collections.abc import Iterator

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.tasks.kinds import handled_by


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: "Done.", is_open=True):
        yield


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)
