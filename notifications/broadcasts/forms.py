"""What is asked when staff broadcast something."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict

from accounts.models import User
from mail.limits import split
from notifications.broadcasts.asking import ask, change, fingerprint
from notifications.door import one_line
from notifications.models import Broadcast
from notifications.models.broadcasts import LONGEST_SHOWN, UNITS, WORDS, Audience
from tasks.door import Schedule
from tasks.forms import ScheduleForm
from tasks.models import Task
from tasks.submissions import filled_in, once

MOST_CHOSEN = 1000
PLAIN_WORDS = {"rows": 2, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class WordsForm(forms.ModelForm[Broadcast]):
    """What is said, and to whom."""

    class Meta:
        model = Broadcast
        fields: ClassVar[tuple[str, ...]] = WORDS
        error_messages: ClassVar = {"title": {"required": "Say what it is about."}}
        labels: ClassVar = {"audience": "To whom"}
        help_texts: ClassVar = {
            "text": "Shown as it is typed, without any formatting.",
            "level": "Its colour and icon. An error stays on the screen until it is closed.",
        }
        widgets: ClassVar = {
            "title": forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
            "text": forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
            "audience": forms.RadioSelect,
        }

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError("Say what it is about.")
        return title

    def clean_text(self) -> str:
        """Browsers send line ends of two characters; people count one."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class BroadcastForm(WordsForm):
    """The form of the staff's own pages; `when` is the form of its schedule.

    `names` matter for chosen users alone. `key` makes a new one that is submitted twice count once; `seen` is
    what was looked at when it is changed.
    """

    use_required_attribute = False  # some of them are hidden

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    names = forms.CharField(
        label="Chosen users",
        max_length=100_000,
        widget=forms.Textarea(attrs=PLAIN_WORDS),
        help_text="Usernames or usercodes.",
        error_messages={"required": "Name at least one."},
    )
    lasts = forms.IntegerField(
        label="Shown for",
        required=False,
        min_value=1,
        max_value=LONGEST_SHOWN,
        help_text="From then on. Left empty, it is shown until it is retracted.",
    )
    unit = forms.ChoiceField(label="Unit", choices=[(name, name) for name in UNITS], initial="hours")
    timing = forms.ChoiceField(
        label="Show it",
        choices=[("now", "Now"), ("later", "Later, or again and again")],
        widget=forms.RadioSelect,
        initial="now",
    )

    def __init__(
        self, data: QueryDict | None = None, *, user: User, broadcast: Broadcast | None = None
    ) -> None:
        self.user, self.stored = user, broadcast
        schedule = broadcast.task.schedule if broadcast and broadcast.task else None
        super().__init__(data, instance=broadcast, initial=_initial_of(broadcast) if broadcast else None)
        self.when = ScheduleForm(data if self.is_later else None, user=user, schedule=schedule, prefix="when")
        if broadcast is None:
            self.fields["title"].widget.attrs["autofocus"] = True

    @property
    def is_later(self) -> bool:
        return bool(self["timing"].value() == "later")

    def clean_names(self) -> list[int]:
        words = split(self.cleaned_data["names"])
        if not words:
            raise ValidationError("Name at least one.")
        if len(words) > MOST_CHOSEN:
            raise ValidationError(f"At most {MOST_CHOSEN} users at a time.")
        users = User.objects.called(words)
        if self.stored:
            users |= {user.username: user for user in self.stored.chosen.all()}
        unknown = [f"Nobody here is called “{word[:100]}”." for word in words if word not in users]
        if unknown:
            raise ValidationError(unknown)
        return sorted({user.pk for user in users.values()})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") != Audience.CHOSEN:
            self.errors.pop("names", None)
            data["names"] = []
        self._take_expiry(data)
        return data

    def is_valid(self) -> bool:
        is_valid = super().is_valid()
        return (not self.is_later or self.when.is_valid()) and is_valid

    def save_or_refuse(self) -> Broadcast | None:
        """The broadcast, new or changed; None if it was not accepted, and then the forms have the errors."""
        try:
            return self._change() if self.stored else self._ask()
        except ValidationError as refused:
            for name, messages in self.when.refuse(_by_field(refused)).items():
                self.add_error(name if name in self.fields else NON_FIELD_ERRORS, messages)
            return None

    def _take_expiry(self, data: dict[str, Any]) -> None:
        lasts, unit = data.get("lasts"), data.get("unit")
        seconds = lasts * UNITS[unit] if lasts and unit else None
        if seconds and seconds > LONGEST_SHOWN:
            self.add_error("lasts", "At most five years.")
        elif "lasts" in self.changed_data or "unit" in self.changed_data or self.stored is None:
            self.instance.expires_after = seconds

    def _ask(self) -> Broadcast:
        def make() -> Task:
            return ask(self.instance, self.cleaned_data["names"], self.user, self._schedule)

        task = once(self.user, self.cleaned_data["key"], filled_in(cast("QueryDict", self.data)), make)
        return Broadcast.objects.get(task=task)

    def _change(self) -> Broadcast:
        data = self.cleaned_data
        change(self.instance, data["names"], self.user, self._schedule, seen=data["seen"])
        return self.instance

    @property
    def _schedule(self) -> Schedule | None:
        return self.when.schedule if self.is_later else None


def _initial_of(broadcast: Broadcast) -> dict[str, Any]:
    """What the form shows of what there is."""
    names = broadcast.chosen.order_by("username").values_list("username", flat=True)
    shown = {"seen": fingerprint(broadcast), "names": ", ".join(names), "timing": "later"}
    lasts, unit = broadcast.lasts or (None, "hours")
    return {**shown, "lasts": lasts, "unit": unit}


def _by_field(refused: ValidationError) -> ValidationError:
    """The same, with what is about no field in particular as Django names it."""
    return (
        refused if hasattr(refused, "error_dict") else ValidationError({NON_FIELD_ERRORS: refused.messages})
    )
