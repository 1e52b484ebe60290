"""Reminders over the API."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.schema import changes, creates, ends, lists, shows
from api.views import ApiView
from reminders.amending import amend
from reminders.api.serializers import ReminderChange, ReminderInput, ReminderOutput, ReminderQuery
from reminders.door import remind
from reminders.models import Reminder
from reminders.subjects import subject_of
from tasks.api.schedules import in_its_fields
from tasks.models import TaskQuerySet

own = Reminder.objects.visible_to
WEEKDAYS = OpenApiExample(
    "Every weekday at nine, until it is done",
    {"title": "Stand-up", "crontab": "0 9 * * 1-5", "timezone": "Europe/Berlin", "nag_every": 5},
    request_only=True,
)
ONCE = OpenApiExample(
    "Once, about a note",
    {"title": "Call the bank", "run_at": "2030-01-15T09:00:00+01:00", "about": {"type": "note", "id": 5}},
    request_only=True,
)


class Reminders(ApiView):
    resource = "reminders"

    @lists(ReminderOutput, query=ReminderQuery)
    def get(self, request: Request) -> Response:
        """Your reminders, the newest first."""
        status = self.query(ReminderQuery)["status"]
        return self.page(_with_status(own(self.user), status), ReminderOutput)

    @creates(ReminderInput, ReminderOutput, examples=[WEEKDAYS, ONCE])
    def post(self, request: Request) -> Response:
        """Be reminded of something, once or on a repeating schedule."""

        def make() -> tuple[Reminder, str]:
            with in_its_fields(is_once=asked["schedule"].is_once):
                reminder = remind(self.user, **asked)
            return reminder, reverse("api_reminder", args=[reminder.pk], request=request)

        asked = self.content(ReminderInput)
        return self.created(make, ReminderOutput)


class OneReminder(ApiView):
    resource = "reminders"

    @shows(ReminderOutput)
    def get(self, request: Request, pk: int) -> Response:
        """One reminder."""
        return self.shown(self.own(own, pk), ReminderOutput)

    @changes(ReminderChange, ReminderOutput)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named, pause it, or resume it; all the rest stays.

        Whoever names any field of the schedule gives a new one, whole. What it is about stays.
        """
        reminder, asked = self.own(own, pk), self.content(ReminderChange, partial=True)
        if "about" in asked and asked.pop("about") != subject_of(reminder):
            raise ValidationError({"about": ["What a reminder is about stays the same. Make another one."]})
        schedule = asked.get("schedule")
        with in_its_fields(is_once=schedule is None or schedule.is_once):
            amend(reminder, **asked)
        return self.shown(reminder, ReminderOutput)

    @ends()
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it, with all times that it rang."""
        self.own(own, pk).delete()
        return Response(status=204)


def _with_status(reminders: TaskQuerySet, status: str) -> TaskQuerySet:
    match status:
        case "upcoming":
            return reminders.filter(next_run_at__isnull=False)
        case "paused":
            return reminders.filter(paused_at__isnull=False)
        case "over":
            return reminders.filter(next_run_at=None, paused_at=None)
    return reminders
