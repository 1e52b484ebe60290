"""A broadcast as operators ask for it: a moment by their own clock, or a crontab."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import QueryDict

from accounts.models import User
from notifications.broadcasts.asking import ask, change, fingerprint
from notifications.broadcasts.forms import WordsForm
from notifications.models import Broadcast
from notifications.models.broadcasts import WORDS, Audience
from tasks.clock import database_now
from tasks.door import Schedule, ScheduleError
from tasks.models import OVER, Task
from tasks.submissions import filled_in, once
from tasks.words import describe

NOW, AT, REPEATING, AS_IT_IS = "now", "at", "repeating", "as it is"
TIMINGS = [(NOW, "Now"), (AT, "At a time"), (REPEATING, "Again and again, by a crontab")]


class BroadcastAdminForm(WordsForm):
    """`key` makes one that is submitted twice count once; `seen` is what was looked at when it is changed."""

    user: User  # the operator
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    timing = forms.ChoiceField(label="When", choices=TIMINGS, initial=NOW)
    at = forms.SplitDateTimeField(
        label="At", required=False, widget=AdminSplitDateTime, help_text="By your own clock."
    )
    crontab = forms.CharField(
        required=False, help_text="Minute, hour, day of month, month, day of week. With both days, either."
    )
    time_zone = forms.CharField(
        required=False, max_length=64, help_text="Whose clock the crontab follows; empty: yours."
    )

    class Meta(WordsForm.Meta):
        fields = (*WORDS, "chosen", "expires_after")
        widgets: ClassVar = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = self.instance.task.schedule if self.instance.task else None
        if self.instance.pk and "seen" in self.fields:
            self.initial["seen"] = fingerprint(self.instance)
        if self.stored and self.stored.after(database_now()) and "timing" in self.fields:
            timing = cast("forms.ChoiceField", self.fields["timing"])
            timing.choices = [(AS_IT_IS, f"As it is: {describe(self.stored)}"), *TIMINGS]
            self.initial["timing"] = AS_IT_IS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") != Audience.CHOSEN:
            data["chosen"] = User.objects.none()
        elif "chosen" not in self.errors and not data.get("chosen"):
            self.add_error("chosen", "Name at least one.")
        if not self.errors:
            try:
                data["schedule"] = self._settled(data)
            except ScheduleError as error:
                field = {"starts": "at"}.get(error.field, error.field)
                self.add_error(field if field in self.fields else "timing", str(error))
        return data

    def carry_out(self, broadcast: Broadcast, by: User) -> None:
        """In the caller's transaction. Raises ValidationError for what was changed, or shown, since the form
        was checked."""
        data = self.cleaned_data
        chosen = [user.pk for user in data["chosen"]]
        if broadcast.pk:
            return change(broadcast, chosen, by, data["schedule"], seen=data["seen"])

        def make() -> Task:
            return ask(broadcast, chosen, by, data["schedule"])

        task = once(by, data["key"], filled_in(cast("QueryDict", self.data)), make)
        broadcast.pk = Broadcast.objects.get(task=task).pk
        return None

    def _settled(self, data: dict[str, Any]) -> Schedule | None:
        """The schedule that is asked for; None for now."""
        timing, zone = data["timing"], data["time_zone"] or self.user.time_zone
        if timing in {NOW, AS_IT_IS}:
            return self.stored if timing == AS_IT_IS else None
        if timing == AT and not data["at"]:
            raise ScheduleError("at", "Give the date and the time.")
        if timing == REPEATING and not data["crontab"]:
            raise ScheduleError("crontab", "Give the crontab.")
        asked = (
            Schedule.at(data["at"], self.user.time_zone)
            if timing == AT
            else Schedule(zone, crontab=data["crontab"])
        )
        settled = asked.settled()
        if settled.after(database_now()) is None:
            raise ScheduleError("starts" if timing == AT else "crontab", OVER)
        return settled
