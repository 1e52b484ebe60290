from collections.abc import Iterator

import pytest

from tests.servers import ValkeyServer, valkey_server


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server
