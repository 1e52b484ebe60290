"""Notifications as programs see them, and how they ask for them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.addresses import Addresses
from api.fields import MomentField
from notifications.events import registry
from notifications.inbox.bulk_views import MOST
from notifications.inbox.filters import LONGEST
from notifications.levels import Level
from notifications.models import Notification

LARGEST_NUMBER = 2**63 - 1


class NotificationSerializer(serializers.Serializer[Notification]):
    """One line of the inbox. One that stands for `count` of a kind is changed together with them."""

    id = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField(help_text="Opening it marks it as read.")
    number = serializers.IntegerField(
        read_only=True, help_text="Rises by one with each notification, without a gap."
    )
    event = serializers.CharField(read_only=True, help_text="What it is about, as in your preferences.")
    level = serializers.ChoiceField(Level.choices, read_only=True)
    title = serializers.CharField(read_only=True, source="heading")
    body = serializers.CharField(read_only=True, source="text")
    count = serializers.IntegerField(read_only=True, help_text="For how many it stands, itself included.")
    about_url = serializers.SerializerMethodField(help_text="The page of what it is about.")
    read = serializers.BooleanField(read_only=True, source="is_read")
    archived = serializers.BooleanField(read_only=True, source="is_archived")
    muted = serializers.BooleanField(
        read_only=True, source="is_muted", help_text="Whether no more of its kind is told of."
    )
    created_at = MomentField(read_only=True)
    read_at = MomentField(read_only=True, allow_null=True)
    archived_at = MomentField(read_only=True, allow_null=True)

    def get_url(self, notification: Notification) -> str:
        return Addresses.within(self.context).of("api_notification", notification.pk)

    def get_html_url(self, notification: Notification) -> str:
        return Addresses.within(self.context).of("notifications:detail", notification.pk)

    def get_about_url(self, notification: Notification) -> str | None:
        address = notification.url
        return str(self.context["request"].build_absolute_uri(address)) if address else None


class NotificationChangeSerializer(serializers.Serializer[Any]):
    read = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False, help_text="What is archived counts as read.")
    muted = serializers.BooleanField(required=False, help_text="Whether to be told no more of its kind.")


class NotificationQuerySerializer(serializers.Serializer[Any]):
    unread = serializers.BooleanField(allow_null=True, default=None)
    archived = serializers.BooleanField(
        default=False, help_text="Those in the archive, instead of those in the inbox."
    )
    event = serializers.ChoiceField(sorted(registry), default="", allow_blank=True)
    search = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=LONGEST,
        help_text="Those with all of these words in their title or text.",
    )


class SummarySerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(help_text="How many lines of the inbox are unread.")
    head = serializers.IntegerField(help_text="The number of the newest notification; 0 before the first.")
    version = serializers.CharField(
        help_text="Another one as soon as anything in the inbox has changed; beats of the WebSocket tell it."
    )


class ReadingSerializer(serializers.Serializer[Any]):
    """Either `ids`, or `until`, with what narrows that down."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER),
        required=False,
        allow_empty=False,
        max_length=MOST,
    )
    until = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_NUMBER,
        help_text="All of the inbox up to this number: what came later stays unread.",
    )
    event = serializers.ChoiceField(sorted(registry), default="", allow_blank=True)
    search = serializers.CharField(default="", allow_blank=True, max_length=LONGEST)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in asked) == ("until" in asked):
            raise serializers.ValidationError({"until": ["Give either this, or “ids”."]})
        return asked


class ReadSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many are read now that were not before.")
