"""Fields that our serializers have beyond DRF's own."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

NO_OFFSET = "Say in which zone: end it with Z, or with an offset such as +01:00."


class MomentField(serializers.DateTimeField):
    """A moment: ISO 8601 with an offset; comes out in UTC."""

    default_error_messages = {"naive": NO_OFFSET}  # noqa: RUF012 - DRF's own way

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
