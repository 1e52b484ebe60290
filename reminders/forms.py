"""What is asked when somebody wants to be reminded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict

from accounts.models import User
from mail.limits import split
from reminders.door import LONGEST_TITLE, Ways, change, check, remind
from reminders.drafts import Draft
from reminders.kinds import LONGEST_TEXT
from reminders.models import Reminder
from tasks.door import Schedule
from tasks.forms import ScheduleForm
from tasks.models import Task
from tasks.submissions import filled_in, once

MISSED = [
    (Task.Missed.LATEST, "Remind me once"),
    (Task.Missed.SKIP, "Leave out what was missed"),
    (Task.Missed.ALL, "Remind me of each time"),
]
MINUTES_OF_A_YEAR = 366 * 24 * 60
PLAIN_WORDS = {"rows": 2, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ReminderForm(forms.Form):
    """With `when`, the form of its schedule. `key` makes a form that is submitted twice count once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    title = forms.CharField(
        label="What",
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": "Say what you want to be reminded of."},
    )
    text = forms.CharField(
        label="Details",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    in_app = forms.BooleanField(label="Here, among my notifications", required=False, initial=True)
    email = forms.BooleanField(label="By e-mail", required=False, initial=True)
    recipients = forms.CharField(
        label="E-mail to",
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs=PLAIN_WORDS),
        help_text="Left empty, it goes to you alone. E-mail addresses, usernames and usercodes are fine; "
        "each person gets a message of their own.",
    )
    nag_every = forms.IntegerField(
        label="Again every so many minutes",
        required=False,
        min_value=1,
        max_value=1440,
        help_text="Until you say that it is done. Left empty, you are reminded once.",
    )
    nag_limit = forms.IntegerField(
        label="At most so many times", required=False, min_value=1, max_value=50, initial=10
    )
    calendar = forms.BooleanField(label="With a calendar file in its first e-mail", required=False)
    missed = forms.ChoiceField(
        label="If it could not ring in time, as during maintenance",
        choices=MISSED,
        required=False,
        initial=Task.Missed.LATEST,
    )
    late = forms.IntegerField(
        label="Too late after so many minutes",
        required=False,
        min_value=1,
        max_value=MINUTES_OF_A_YEAR,
        help_text="Then it does not ring any more that time. Left empty, late is better than never.",
    )

    def __init__(
        self, data: QueryDict | None = None, *, user: User, draft: Draft, reminder: Reminder | None = None
    ) -> None:
        super().__init__(data, initial=dict(draft.fields))
        self.user, self.draft, self.reminder = user, draft, reminder
        self.when = ScheduleForm(data, user=user, schedule=draft.schedule, prefix="when")
        if data is None and reminder is None and "title" not in draft.fields:
            self.fields["title"].widget.attrs["autofocus"] = True

    def clean_text(self) -> str:
        """Browsers send line ends of two characters; people count one."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """So that what does not go together is said beside what is wrong with the time."""
        data = super().clean() or {}
        if not self.errors:
            try:
                check(self.user, **self._ways)
            except ValidationError as refused:
                self._take(refused)
        return data

    def is_valid(self) -> bool:
        """An unchanged schedule stays as it is, even when it is over."""
        is_valid = super().is_valid()
        return (self._keeps_its_schedule or self.when.is_valid()) and is_valid

    @property
    def has_more(self) -> bool:
        """Whether something is set, or wrong, among what few people need."""
        names = ("calendar", "missed", "late")
        return any(self.errors.get(name) or self._is_set(name) for name in names)

    def save(self) -> Reminder | None:
        """The reminder, new or changed; None if it was not accepted, and then the forms have the errors."""
        return self._accepted(self._change if self.reminder else self._make)

    def _make(self) -> Reminder:
        def make() -> Reminder:
            return remind(self.user, about=self.draft.about, **self._asked())

        task = once(self.user, self.cleaned_data["key"], filled_in(cast("QueryDict", self.data)), make)
        reminder: Reminder = Reminder.objects.get(pk=task.pk)
        return reminder

    def _change(self) -> Reminder:
        assert self.reminder is not None  # noqa: S101
        change(self.reminder, **self._asked())
        return self.reminder

    def _accepted(self, save: Callable[[], Reminder]) -> Reminder | None:
        try:
            return save()
        except ValidationError as refused:
            self._take(refused)
            return None

    def _take(self, refused: ValidationError) -> None:
        for name, messages in self.when.refuse(refused).items():
            field = {"expires_after": "late"}.get(name, name)
            self.add_error(field if field in self.fields else NON_FIELD_ERRORS, messages)

    @property
    def _keeps_its_schedule(self) -> bool:
        return self.reminder is not None and not self.when.has_changed()

    @property
    def _schedule(self) -> Schedule:
        stored = self.reminder.schedule if self.reminder else None
        return stored if stored and self._keeps_its_schedule else self.when.schedule

    def _asked(self) -> dict[str, Any]:
        """The arguments of `remind` and `change`."""
        return {
            **self._ways,
            "title": self.cleaned_data["title"],
            "missed": self.cleaned_data["missed"] or Task.Missed.LATEST,
            "expires_after": self._expires_after,
            "schedule": self._schedule,
        }

    @property
    def _ways(self) -> Ways:
        data = self.cleaned_data
        return {
            "text": data["text"],
            "recipients": split(data["recipients"]),
            "email": data["email"],
            "in_app": data["in_app"],
            "nag_every": data["nag_every"],
            "nag_limit": data["nag_limit"] or 10,
            "calendar": data["calendar"],
        }

    @property
    def _expires_after(self) -> int | None:
        """In seconds; those of an unchanged reminder are kept, also between two minutes."""
        if self.reminder and "late" not in self.changed_data:
            return self.reminder.expires_after
        late: int | None = self.cleaned_data["late"]
        return late and late * 60

    def _is_set(self, name: str) -> bool:
        value = self[name].value()
        return bool(value) and value != self.fields[name].initial
