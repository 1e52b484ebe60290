"""What every connection to the database is told as it is made."""

from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created)
def bound_idle_transactions(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """PostgreSQL ends a transaction whose process the network took away, and with it the locks that hold up
    firings. It is told by SQL, since PgBouncer refuses connections that bring `options`."""
    seconds = settings.DATABASE_IDLE_IN_TRANSACTION_SECONDS
    if seconds and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = %s", [f"{seconds}s"])
