"""Nobody has been counted yet, and no minute ends while a test counts."""

import time

import pytest
from django.core.cache import cache

from api import limits
from tests.notes.conftest import private_files  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.time() // limits.WINDOW * limits.WINDOW
    monkeypatch.setattr(limits, "seconds_now", lambda: begun + 1)
