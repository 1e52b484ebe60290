"""Times that reminders came due: doing what they remind of, or putting it off."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.addresses import Addresses
from api.fields import MomentField
from api.problems import Conflict
from api.schema import changes, lists, refuses, shows
from api.views import ApiView
from reminders.models import Occurrence, OccurrenceQuerySet, Reminder
from reminders.snoozing import LONGEST, check
from tasks.clock import database_now

DONE = "It is done, and rings no more."
MINUTES = OpenApiExample("For a while", {"minutes": 10}, request_only=True)
UNTIL = OpenApiExample("Until a moment", {"until": "2030-01-15T18:00:00+01:00"}, request_only=True)


def own(user: Any) -> OccurrenceQuerySet:
    return Occurrence.objects.with_buttons().visible_to(user)


class OccurrenceOutput(serializers.Serializer[Occurrence]):
    id = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    reminder_url = serializers.SerializerMethodField()
    title = serializers.CharField(source="task.title", help_text="That of its reminder.")
    due_at = MomentField()
    open = serializers.SerializerMethodField(help_text="Whether it waits to be done.")
    snoozed_until = MomentField(allow_null=True, help_text="When it rings again.")
    acknowledged_at = MomentField(allow_null=True, help_text="When it was said to be done.")
    replaced_at = MomentField(allow_null=True, help_text="When its reminder came due anew.")

    def get_url(self, occurrence: Occurrence) -> str:
        return Addresses.within(self.context).of("api_occurrence", occurrence.pk)

    def get_reminder_url(self, occurrence: Occurrence) -> str:
        return Addresses.within(self.context).of("api_reminder", occurrence.task_id)

    def get_open(self, occurrence: Occurrence) -> bool:
        return occurrence.is_open


class OccurrenceQuery(serializers.Serializer[Any]):
    open = serializers.BooleanField(allow_null=True, default=None, help_text="Those that wait to be done.")


class SnoozeInput(serializers.Serializer[Any]):
    """Either of them. It gives `until`, a moment to come."""

    until = MomentField(required=False)
    minutes = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST // timedelta(minutes=1))

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if len(asked) != 1:
            raise serializers.ValidationError({"until": ["Give either this, or “minutes”."]})
        (name,), now = asked, database_now()
        until: datetime = asked.get("until") or now + timedelta(minutes=asked["minutes"])
        try:
            check(until, now)
        except ValidationError as error:
            raise serializers.ValidationError({name: error.messages}) from error
        return {"until": until}


class Occurrences(ApiView):
    resource = "reminders"

    @lists(OccurrenceOutput, query=OccurrenceQuery)
    def get(self, request: Request) -> Response:
        """Times that your reminders came due, the newest first."""
        is_open = self.query(OccurrenceQuery)["open"]
        return self.page(_that_are(is_open, own(self.user)), OccurrenceOutput)


class OccurrencesOfReminder(ApiView):
    resource = "reminders"

    @lists(OccurrenceOutput, query=OccurrenceQuery)
    def get(self, request: Request, pk: int) -> Response:
        """Times that a reminder came due, the newest first."""
        is_open = self.query(OccurrenceQuery)["open"]
        reminder = self.own(Reminder.objects.visible_to, pk)
        return self.page(_that_are(is_open, own(self.user).filter(task=reminder.pk)), OccurrenceOutput)


class OneOccurrence(ApiView):
    resource = "reminders"

    @shows(OccurrenceOutput)
    def get(self, request: Request, pk: int) -> Response:
        """One time that a reminder came due."""
        return self.shown(self.own(own, pk), OccurrenceOutput)


class Acknowledgement(ApiView):
    resource = "reminders"

    @changes(None, OccurrenceOutput)
    def post(self, request: Request, pk: int) -> Response:
        """Say that it is done, so that it rings no more. Once is enough, and twice does no harm."""
        self.own(own, pk).acknowledge()
        return self.shown(self.own(own, pk), OccurrenceOutput)


class Snooze(ApiView):
    resource = "reminders"

    @changes(
        SnoozeInput,
        OccurrenceOutput,
        responses=refuses(HTTPStatus.CONFLICT, DONE),
        examples=[MINUTES, UNTIL],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Let it ring again later, instead of whatever was to come, also while its reminder is paused."""
        occurrence, until = self.own(own, pk), self.content(SnoozeInput)["until"]
        if not occurrence.snooze(until):
            raise Conflict(DONE)
        return self.shown(self.own(own, pk), OccurrenceOutput)


def _that_are(is_open: bool | None, occurrences: OccurrenceQuerySet) -> OccurrenceQuerySet:
    if is_open is None:
        return occurrences
    return occurrences.open() if is_open else occurrences.exclude(acknowledged_at=None, replaced_at=None)
