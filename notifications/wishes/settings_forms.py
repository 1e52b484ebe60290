"""What the settings page asks: for each event how one is told of it, and for all of them when not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms

from accounts.models import User
from notifications.events import Email, Event
from notifications.models import Settings
from notifications.wishes.choosing import chosen, not_for_choosing, offered
from notifications.wishes.chosen import Channels
from notifications.wishes.saving import save

NIGHT = time(22), time(7)


class TimeField(forms.TimeField):
    """Hours and minutes, by the browser's own means."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def __init__(self, **kwargs: Any) -> None:
        words = {"required": "Give a time.", "invalid": "Give a time, such as 22:00."}
        super().__init__(input_formats=["%H:%M"], error_messages=words, **kwargs)


class EventForm(forms.Form):
    """How one is told of one event. What is not for choosing has no field, but words."""

    in_app = forms.BooleanField(label="In the app", required=False)
    email = forms.ChoiceField(label="E-mail", choices=Email.choices)
    push = forms.BooleanField(label="Browser push", required=False)
    in_quiet_hours = forms.BooleanField(label="Also in quiet hours", required=False)

    def __init__(self, data: Any, event: Event, channels: Channels) -> None:
        super().__init__(data, prefix=event.name, initial=vars(channels))
        self.event = event
        fixed = not_for_choosing(event)
        self.words = {name: words for name, words in fixed.items() if words}
        for name in fixed:
            del self.fields[name]

    def cells(self) -> Iterator[tuple[str, forms.BoundField | None, str]]:
        """The label of each, with its field or the words in its place."""
        for name, field in self.base_fields.items():
            if name in self.fields:
                yield str(field.label), self[name], ""
            elif name in self.words:
                yield str(field.label), None, self.words[name]


class SettingsForm(forms.Form):
    """All of the page. A switch says whether there are quiet hours; their times are there in any case."""

    toasts = forms.BooleanField(label="Show new notifications in a corner of the page", required=False)
    quiet = forms.BooleanField(label="Have quiet hours", required=False)
    quiet_from = TimeField(label="From")
    quiet_until = TimeField(label="Until")
    digests = forms.BooleanField(label="Send me digests", required=False)
    digest_at = TimeField(label="Daily at")

    def __init__(self, data: Any, user: User) -> None:
        self.user = user
        self.stored = Settings.objects.filter(user=user).first() or Settings(user=user)
        super().__init__(data, initial=self._stored_values())
        channels = chosen(user)
        self.events = [EventForm(data, event, channels[event.name]) for event in offered()]

    def _stored_values(self) -> dict[str, Any]:
        stored = self.stored
        return {
            "toasts": stored.toasts,
            "quiet": stored.quiet_from is not None,
            "quiet_from": stored.quiet_from or NIGHT[0],
            "quiet_until": stored.quiet_until or NIGHT[1],
            "digests": stored.digests,
            "digest_at": stored.digest_at,
        }

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.events)])

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        begins, ends = asked.get("quiet_from"), asked.get("quiet_until")
        if asked["quiet"] and begins and begins == ends:
            self.add_error("quiet_until", "Give another time than that at which they begin.")
        return asked

    @property
    def unsent_in_digests(self) -> list[str]:
        """What is to be in the daily digest, which is switched off."""
        if self.stored.digests:
            return []
        return [form.event.title for form in self.events if form.initial["email"] == Email.DIGEST]

    def save(self) -> None:
        """All of it at once; what is held back follows."""
        asked = self.cleaned_data
        begins, ends = (asked["quiet_from"], asked["quiet_until"]) if asked["quiet"] else (None, None)
        values = {
            "toasts": asked["toasts"],
            "quiet_from": begins,
            "quiet_until": ends,
            "digests": asked["digests"],
            "digest_at": asked["digest_at"],
        }
        save(self.user, values, {form.event.name: form.cleaned_data for form in self.events})
