"""Of what one wishes to be told, how, and when not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.schema import changes, shows
from api.views import ApiView
from notifications.events import Email, registry
from notifications.wishes.choosing import chosen, not_for_choosing
from notifications.wishes.chosen import Wishes
from notifications.wishes.saving import save

NO_CHOICE = "This is not for choosing."
EXAMPLE = OpenApiExample(
    "No e-mail of failures, and quiet nights",
    {"quiet_hours": {"begins": "22:00", "ends": "07:00"}, "events": {"task.failed": {"email": "off"}}},
    request_only=True,
)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class ClockField(serializers.TimeField):
    """Hours and minutes on the clock of the user's time zone."""

    default_error_messages = {"invalid": "Give a time, such as 22:00."}  # noqa: RUF012 - DRF's own way

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class QuietHoursSerializer(serializers.Serializer[Any]):
    begins = ClockField()
    ends = ClockField()

    def validate(self, asked: dict[str, time]) -> dict[str, time]:
        if asked["begins"] == asked["ends"]:
            raise serializers.ValidationError({"ends": ["Give another time than that at which they begin."]})
        return asked


class ChannelsSerializer(serializers.Serializer[Any]):
    """How one is told of an event."""

    in_app = serializers.BooleanField(required=False)
    email = serializers.ChoiceField(Email.choices, required=False)
    push = serializers.BooleanField(required=False, help_text="In browsers, where that is set up.")
    in_quiet_hours = serializers.BooleanField(required=False)


class PreferencesSerializer(serializers.Serializer[Any]):
    toasts = serializers.BooleanField(
        required=False, help_text="Whether new notifications show in a corner of pages."
    )
    quiet_hours = QuietHoursSerializer(required=False, allow_null=True)
    digests = serializers.BooleanField(required=False)
    digest_at = ClockField(required=False, help_text="When the daily digest is sent.")
    events = serializers.DictField(child=ChannelsSerializer(), required=False)

    def validate_events(self, events: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        if wrong := dict(_wrong(events)):
            raise serializers.ValidationError(wrong)
        return events


class Preferences(ApiView):
    resource = "notifications"

    @shows(PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """How you are told of which events, and when not."""
        return self.shown(_preferences_of(self.user), PreferencesSerializer)

    @changes(PreferencesSerializer, PreferencesSerializer, examples=[EXAMPLE])
    def patch(self, request: Request) -> Response:
        """Change what is named, within `events`, too; all the rest stays."""
        asked = self.content(PreferencesSerializer)
        save(self.user, _settings(asked), asked.get("events", {}))
        return self.shown(_preferences_of(self.user), PreferencesSerializer)


def _preferences_of(user: User) -> dict[str, Any]:
    settings = Wishes(user).settings
    quiet = {"begins": settings.quiet_from, "ends": settings.quiet_until} if settings.quiet_from else None
    return {
        "toasts": settings.toasts,
        "quiet_hours": quiet,
        "digests": settings.digests,
        "digest_at": settings.digest_at,
        "events": chosen(user),
    }


def _settings(asked: Mapping[str, Any]) -> dict[str, Any]:
    """As fields of Settings."""
    named = {name: asked[name] for name in ("toasts", "digests", "digest_at") if name in asked}
    if "quiet_hours" in asked:
        hours = asked["quiet_hours"] or {}
        named |= {"quiet_from": hours.get("begins"), "quiet_until": hours.get("ends")}
    return named


def _wrong(events: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name, channels in events.items():
        if name not in registry:
            yield name, ["There is no such event."]
        elif fixed := channels.keys() & not_for_choosing(registry[name]):
            yield name, {channel: [NO_CHOICE] for channel in sorted(fixed)}
