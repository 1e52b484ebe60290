import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - for the tests of its API
from tests.smtp_sink import Sink


@pytest.fixture
def sink(sink: Sink, settings: Settings) -> Sink:
    settings.TASKS_RETRY_SECONDS = 0.02
    return sink


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client
