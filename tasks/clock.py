"""The clock all processes share is the database's; a wall clock is what a person reads off their own."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models.functions import Now
from django.utils import timezone


def in_seconds(seconds: float) -> models.expressions.Combinable:
    """The moment `seconds` from now by the database's clock."""
    return models.ExpressionWrapper(Now() + timedelta(seconds=seconds), models.DateTimeField())


def database_now() -> datetime:
    """The moment at which this is asked, not that at which the transaction began."""
    if connection.vendor == "sqlite":  # has no clock of its own
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


class WallClockField(models.CharField[datetime | None, datetime | None]):
    """A date and time without a zone, to the second; kept as ISO 8601 text, since databases and Django would
    read a zone into it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 19, **kwargs})

    def from_db_value(self, value: str | None, *_: Any) -> datetime | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None

    def get_prep_value(self, value: datetime | str | None) -> str | None:
        return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value or None

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""
