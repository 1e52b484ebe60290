import pytest
from django.core.cache import cache

from tests.notes.conftest import private_files  # noqa: F401 - a fixture
from tests.notes.test_export_bucket import bucket, server  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def no_limit_used_up() -> None:
    """Every test starts with all its tries left."""
    cache.clear()
