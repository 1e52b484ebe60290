"""Reminders as programs write them and read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from api.addresses import Addresses
from api.fields import MomentField
from reminders.door import LONGEST_TITLE, subject
from reminders.kinds import LONGEST_TEXT
from reminders.models import Reminder
from reminders.subjects import subjects_of, type_of, types
from tasks.api.schedules import ScheduleOutput, TaskScheduleInput
from tasks.models import Task

SAY_WHEN = "Say when, by one of run_at, crontab and rrule."
LARGEST_KEY = 2**63 - 1
LONGEST_RECIPIENT = 320
MOST_RECIPIENTS = 10_000  # of which those that the site allows are taken
STATUSES = {
    "upcoming": "It will ring",
    "paused": "It rings no more until it is resumed",
    "over": "It rings no more by itself",
}


class AboutInput(serializers.Serializer[Any]):
    """Something of one's own that reminders can be about."""

    type = serializers.ChoiceField(sorted(types()))
    id = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Both are needed, also where only a part of the reminder is written."""
        for name in ("type", "id"):
            if name not in asked:
                raise serializers.ValidationError({name: [self.fields[name].error_messages["required"]]})
        name = f"{types()[asked['type']]}:{asked['id']}"
        thing = subject(self.context["request"].user, name)
        if thing is None:
            raise serializers.ValidationError({"id": [f"You have no such {asked['type']}."]})
        return {"thing": thing}


class WaysInput(TaskScheduleInput):
    """What a reminder says, when, and how."""

    title = serializers.CharField(max_length=LONGEST_TITLE)
    text = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_TEXT, help_text="Details."
    )
    in_app = serializers.BooleanField(
        required=False, help_text="Among your notifications; so it is at first."
    )
    email = serializers.BooleanField(required=False, help_text="By e-mail; so it is at first.")
    recipients = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_RECIPIENT),
        required=False,
        max_length=MOST_RECIPIENTS,
        help_text="Whom the e-mail goes to: addresses, usernames and usercodes. You alone when it is empty.",
    )
    nag_every = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=1440,
        help_text="Minutes after which it rings again, until it is done.",
    )
    nag_limit = serializers.IntegerField(
        required=False, min_value=1, max_value=50, help_text="How often it rings again at most; 10 at first."
    )
    calendar = serializers.BooleanField(
        required=False, help_text="Whether its first e-mail brings a calendar file."
    )
    about = AboutInput(required=False, allow_null=True)

    def validate_about(self, about: dict[str, models.Model] | None) -> models.Model | None:
        return about["thing"] if about else None


class ReminderInput(WaysInput):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked = super().validate(attrs)
        if checked["schedule"] is None:
            raise serializers.ValidationError({"run_at": [SAY_WHEN]})
        return checked


class ReminderChange(WaysInput):
    paused = serializers.BooleanField(required=False)


class ReminderQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(list(STATUSES.items()), default="", allow_blank=True)


class AboutOutput(serializers.Serializer[Any]):
    type = serializers.ChoiceField(sorted(types()))
    id = serializers.IntegerField()
    html_url = serializers.CharField()


@dataclass(frozen=True)
class Surroundings:
    """What belongs to reminders and is not in their rows; as many queries for one as for a page of them."""

    names: dict[int, str]
    subjects: dict[int, models.Model]

    @classmethod
    def of(cls, reminders: Sequence[Reminder], user: User) -> Self:
        keys = {each for one in reminders for each in one.ways.recipients if isinstance(each, int)}
        names = dict(User.objects.filter(pk__in=keys).values_list("pk", "username"))
        return cls(names, subjects_of(cast("Sequence[Task]", reminders), user))

    def recipients_of(self, reminder: Reminder) -> list[str]:
        """As they can be typed; those whose accounts are gone are left out."""
        kept = reminder.ways.recipients
        words = [self.names.get(each, "") if isinstance(each, int) else each for each in kept]
        return [word for word in words if word]


def _surround(serializer: serializers.BaseSerializer[Any], reminders: Sequence[Reminder]) -> None:
    context = cast("dict[str, Any]", serializer.context)  # that of a list and of its rows is one
    context["surroundings"] = Surroundings.of(reminders, context["request"].user)


class ReminderList(serializers.ListSerializer[Reminder]):
    def to_representation(self, data: Any) -> Any:
        reminders = list(cast("Iterable[Reminder]", data))
        _surround(self, reminders)
        return super().to_representation(reminders)


class ReminderOutput(serializers.Serializer[Reminder]):
    id = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField()
    occurrences_url = serializers.SerializerMethodField()
    title = serializers.CharField()
    text = serializers.CharField(source="ways.text")
    status = serializers.SerializerMethodField()
    paused = serializers.SerializerMethodField()
    next_run_at = MomentField(allow_null=True, help_text="When it rings next by its schedule.")
    schedule = ScheduleOutput(allow_null=True)
    missed = serializers.ChoiceField(Task.Missed.choices)
    expires_after = serializers.IntegerField(allow_null=True)
    in_app = serializers.BooleanField(source="ways.in_app")
    email = serializers.BooleanField(source="ways.email")
    recipients = serializers.SerializerMethodField()
    nag_every = serializers.IntegerField(source="ways.nag_every", allow_null=True)
    nag_limit = serializers.IntegerField(source="ways.nag_limit")
    calendar = serializers.BooleanField(source="ways.calendar")
    about = serializers.SerializerMethodField()
    created_at = MomentField()

    class Meta:
        list_serializer_class = ReminderList

    def get_url(self, reminder: Reminder) -> str:
        return Addresses.within(self.context).of("api_reminder", reminder.pk)

    def get_html_url(self, reminder: Reminder) -> str:
        return Addresses.within(self.context).of("reminders:detail", reminder.pk)

    def get_occurrences_url(self, reminder: Reminder) -> str:
        return Addresses.within(self.context).of("api_reminder_occurrences", reminder.pk)

    @extend_schema_field(serializers.ChoiceField(list(STATUSES.items())))
    def get_status(self, reminder: Reminder) -> str:
        return "paused" if reminder.paused_at else "upcoming" if reminder.next_run_at else "over"

    def get_paused(self, reminder: Reminder) -> bool:
        return reminder.paused_at is not None

    def get_recipients(self, reminder: Reminder) -> list[str]:
        return self._surroundings(reminder).recipients_of(reminder)

    @extend_schema_field(AboutOutput(allow_null=True))
    def get_about(self, reminder: Reminder) -> dict[str, Any] | None:
        thing = self._surroundings(reminder).subjects.get(reminder.pk)
        if thing is None:
            return None
        address = thing.get_absolute_url()  # type: ignore[attr-defined]
        html_url = self.context["request"].build_absolute_uri(address)
        return {"type": type_of(thing), "id": thing.pk, "html_url": html_url}

    def _surroundings(self, reminder: Reminder) -> Surroundings:
        if "surroundings" not in self.context:
            _surround(self, [reminder])
        found: Surroundings = self.context["surroundings"]
        return found
