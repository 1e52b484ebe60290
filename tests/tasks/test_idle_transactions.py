"""A process that the network took away in mid-transaction does not keep its rows locked."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction
from pytest_django import Settings

from tasks.models import Heartbeat
from tests.together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite is on no other machine, and lets go with the process",
    ),
]


@pytest.fixture(autouse=True)
def _as_it_was() -> None:
    """Each test makes its own connection."""
    connection.close()


def time_limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        return str(cursor.fetchone()[0])


def test_requests_are_left_alone() -> None:
    assert time_limit() == "0"


def test_a_process_of_celery_is_bounded(settings: Settings) -> None:
    settings.DATABASE_IDLE_IN_TRANSACTION_SECONDS = 60
    assert time_limit() == "1min"
    connection.close()


def test_its_rows_are_free_after_a_while(settings: Settings) -> None:
    settings.DATABASE_IDLE_IN_TRANSACTION_SECONDS = 1
    Heartbeat.objects.create(name="held")
    changed: list[object] = []
    with suppress(DatabaseError, InterfaceError), transaction.atomic():
        Heartbeat.objects.select_for_update().get()
        changed = together(lambda: Heartbeat.objects.update(name="free"))
    connection.close()
    assert changed == [1]
    assert Heartbeat.objects.get().name == "free"
