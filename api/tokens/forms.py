"""What is asked of who makes a personal API token."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils import timezone

from accounts.models import User
from api.credentials import RESOURCES
from api.models import Token
from api.tokens.making import MOST, TooMany, make

DAYS = {"7": "In 7 days", "30": "In 30 days", "90": "In 90 days", "365": "In a year"}
LONGEST = timedelta(days=3653)


class TokenForm(forms.Form):
    """`key` makes a form that is submitted twice count once."""

    use_required_attribute = False  # one of them is hidden

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    name = forms.CharField(
        max_length=Token._meta.get_field("name").max_length,
        help_text="Which program it is for, so that you know later.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    access = forms.ChoiceField(
        label="What it may do",
        choices={"read": "Only read", "write": "Read and write"},
        initial="read",
        widget=forms.RadioSelect,
    )
    resources = forms.MultipleChoiceField(
        label="What it reaches",
        choices=RESOURCES,
        initial=[*RESOURCES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it reaches."},
    )
    expires = forms.ChoiceField(
        choices={**DAYS, "date": "After a date", "never": "Never"},
        initial="90",
        help_text="From then on it lets in nobody.",
    )
    last_day = forms.DateField(
        label="Last day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Choose the last day on which it lets in.",
            "invalid": "There is no such date.",
        },
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not self.is_bound:
            self.fields["name"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """What is wrong with a day that is not asked for does not matter."""
        if self.cleaned_data.get("expires") != "date":
            self.errors.pop("last_day", None)
        elif "last_day" in self.cleaned_data:
            self._check(self.cleaned_data["last_day"])
        return self.cleaned_data

    def _check(self, last_day: date) -> None:
        today = timezone.localdate(timezone=self.user.zone)
        if last_day < today:
            self.add_error("last_day", "This day is over.")
        elif last_day > today + LONGEST:
            self.add_error("last_day", "Choose a day of the next ten years, or let it never expire.")

    @property
    def expires_at(self) -> datetime | None:
        expires = self.cleaned_data["expires"]
        if expires == "never":
            return None
        if expires == "date":
            next_day = self.cleaned_data["last_day"] + timedelta(days=1)
            return datetime.combine(next_day, time.min, self.user.zone)
        return timezone.now() + timedelta(days=int(expires))

    def save(self) -> tuple[Token, str] | None:
        """The token and its secret; None, with an error, for who has too many. Raises MadeAlready."""
        content = self.cleaned_data
        try:
            return make(
                self.user,
                self._key(),
                name=content["name"],
                can_write=content["access"] == "write",
                resources=content["resources"],
                expires_at=self.expires_at,
            )
        except TooMany:
            self.add_error(
                None, f"You have {MOST} tokens, which is as many as one can have. Revoke one first."
            )
            return None

    def _key(self) -> UUID:
        """What was sent, gone back to and changed is another one."""
        key: UUID = self.cleaned_data["key"]
        return uuid5(key, json.dumps({name: str(value) for name, value in self.cleaned_data.items()}))
