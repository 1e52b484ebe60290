"""A task's schedule as operators edit it: column by column, and held to the same rules as anybody's."""

from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from tasks.clock import database_now
from tasks.models import OVER, Task
from tasks.recurrence import Schedule, ScheduleError

CHANGED_MEANWHILE = "It was changed meanwhile, and nothing of this was saved. Open its page anew."


class ScheduleAdminForm(forms.ModelForm[Task]):
    """`begins` is the column `starts`, as text. Changes go through the task, so that nothing fires twice.

    `seen` is what the operator was shown: what its owner changed since is not undone by what the form holds.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    begins = forms.CharField(
        label="Starts", required=False, help_text="By the clock of the zone, such as 2026-12-01 09:00."
    )
    paused = forms.BooleanField(required=False)

    class Meta:
        model = Task
        fields: ClassVar = [
            *("time_zone", "rrule", "crontab", "ends_at", "max_runs", "missed", "expires_after"),
        ]
        help_texts: ClassVar = {
            "ends_at": "The last moment at which it may fire, by your own clock.",
            "max_runs": "How many times in all; it sets the end.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored, self.was_paused = self.instance.schedule, self.instance.paused_at is not None
        starts = self.instance.starts
        self.initial.update(begins=starts.isoformat(" ") if starts else "", paused=self.was_paused)
        self.initial.update(seen=_as_seen(self.instance))

    def clean_begins(self) -> datetime | None:
        typed: str = self.cleaned_data["begins"]
        try:
            moment = datetime.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise ValidationError("Write it like 2026-12-01 09:00.") from error
        if moment and moment.tzinfo:
            raise ValidationError("It follows the clock of the zone: leave the offset out.")
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data["seen"] != self.initial["seen"]:
            raise ValidationError(CHANGED_MEANWHILE)
        if self.errors:
            return data
        columns = {name: data[name] for name in ("time_zone", "rrule", "crontab", "ends_at", "max_runs")}
        try:
            self._refuse_two_ends(data)
            data["schedule"] = Schedule(starts=data["begins"], **columns).settled()
            self._refuse_what_is_over(data)
        except ScheduleError as error:
            self.add_error("begins" if error.field == "starts" else error.field, str(error))
        return data

    def _refuse_two_ends(self, data: dict[str, Any]) -> None:
        if data["max_runs"] is not None and data["ends_at"] and "ends_at" in self.changed_data:
            raise ScheduleError("ends_at", "How many times in all sets the end: empty one of the two.")

    def _refuse_what_is_over(self, data: dict[str, Any]) -> None:
        stays_paused = self.was_paused and data["paused"]
        is_changed = data["schedule"] != self.stored or data["paused"] != self.was_paused
        if is_changed and not stays_paused and data["schedule"].after(database_now()) is None:
            raise ScheduleError("starts", OVER)

    def carry_out(self, task: Task) -> None:
        """In the caller's transaction. Raises ValidationError when it was changed, or its time passed, since
        the form was checked."""
        data = self.cleaned_data
        stored = Task.objects.select_for_update().filter(pk=task.pk).first()
        if stored is None or _as_seen(stored) != data["seen"]:
            raise ValidationError(CHANGED_MEANWHILE)
        if data["schedule"] != self.stored:
            task.reschedule(data["schedule"])
        if data["paused"] and not self.was_paused:
            task.pause()
        if self.was_paused and not data["paused"]:
            task.resume()
        task.missed, task.expires_after = data["missed"], data["expires_after"]
        task.save(update_fields=["missed", "expires_after"])


def _as_seen(task: Task) -> str:
    """Another text for every other state of what the form shows."""
    shown = (task.schedule, task.paused_at, task.missed, task.expires_after)
    return sha256(repr(shown).encode()).hexdigest()
