"""Quick add over the API: one line of plain words becomes a reminder."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.models import User
from api.fields import MomentField
from api.problems import BadQuery
from api.schema import creates, shows
from api.views import ApiView
from reminders.api.serializers import ReminderOutput
from reminders.door import remind
from reminders.models import Reminder
from reminders.quick_add import LONGEST_LINE
from reminders.quick_entry import Entry
from tasks.api.schedules import ScheduleOutput
from tasks.clock import database_now

OF_WHAT = "Say what you want to be reminded of, too."
EXAMPLE = OpenApiExample("One line", {"text": "tomorrow 9am call the bank"}, request_only=True)


class LineInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_LINE)


class EntryOutput(serializers.Serializer[Entry]):
    title = serializers.CharField(help_text="Empty where the line does not say of what.")
    schedule = ScheduleOutput()
    next_run_at = MomentField(allow_null=True)
    assumed_time = serializers.BooleanField(
        help_text="Whether the line named no time of day, and 9:00 was taken."
    )


class QuickAdd(ApiView):
    resource = "reminders"

    @shows(EntryOutput, query=LineInput)
    def get(self, request: Request) -> Response:
        """See what a line would become."""
        try:
            entry = Entry.of(self.query(LineInput)["text"], self.user)
        except ValidationError as error:
            raise BadQuery({"text": error.messages}) from error
        shown = {**vars(entry), "next_run_at": entry.schedule.after(database_now())}
        return self.shown(shown, EntryOutput)

    @creates(LineInput, ReminderOutput, examples=[EXAMPLE])
    def post(self, request: Request) -> Response:
        """Be reminded as a line says, by the clock of your time zone.

        What is ambiguous is not guessed, but refused with what is missing.
        """

        def make() -> tuple[Reminder, str]:
            reminder = _reminder(line, self.user)
            return reminder, reverse("api_reminder", args=[reminder.pk], request=request)

        line = self.content(LineInput)["text"]
        return self.created(make, ReminderOutput)


def _reminder(line: str, user: User) -> Reminder:
    try:
        entry = Entry.of(line, user)
        if not entry.title:
            raise ValidationError(OF_WHAT)
        return remind(user, title=entry.title, schedule=entry.schedule)
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error
