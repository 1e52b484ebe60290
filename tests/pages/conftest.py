from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.servers import ValkeyServer, valkey_server


@pytest.fixture(autouse=True)
def no_limit_used_up() -> None:
    cache.clear()


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server
