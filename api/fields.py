"""Fields that our serializers have beyond DRF's own."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from accounts.avatars import key_of
from accounts.models import User
from api.addresses import Addresses

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
        return in_utc(value)


def in_utc(moment: datetime) -> str:
    """As moments come out: ISO 8601, ending with Z."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


class FlagField(serializers.BooleanField):
    """Yes or no in a query string. One that is left out says neither, where DRF would take it for a no."""

    default_empty_html = empty


class AddressField(serializers.URLField):
    """The absolute address of a thing, by its key."""

    def __init__(self, route: str, *, source: str = "pk", **kwargs: Any) -> None:
        super().__init__(source=source, read_only=True, **kwargs)
        self.route = route

    def to_representation(self, value: Any) -> str:
        return Addresses.within(self.context).of(self.route, value)


class AvatarField(serializers.URLField):
    """Where the picture of a person is read; null for who has none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, allow_null=True, **kwargs)

    def to_representation(self, person: User) -> str | None:  # type: ignore[override]
        key = key_of(person)
        return Addresses.within(self.context).of("api_avatar", key) if key else None
