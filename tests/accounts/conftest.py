import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_limit_used_up() -> None:
    """Every test starts with all its tries left."""
    cache.clear()
