"""What the form of a reminder begins with: nothing, another reminder, or a line of quick add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404

from accounts.models import User
from accounts.requests import UserRequest, to_number
from notifications.door import one_line
from reminders.amending import as_it_is
from reminders.door import subject
from reminders.models import Reminder
from reminders.quick_entry import Entry
from reminders.subjects import subject_of
from tasks.door import Schedule


@dataclass(frozen=True)
class Draft:
    """`fields` are initial values of the form's own fields; `copied` is the reminder that they come from,
    `problem` what was not understood."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    schedule: Schedule | None = None
    about: Model | None = None
    copied: Reminder | None = None
    problem: str = ""

    @classmethod
    def asked_for(cls, request: UserRequest) -> Draft:
        """As ?copy=, ?about= and ?quick= say. Raises Http404 for what is not there, or not one's own."""
        if key := request.GET.get("copy", ""):
            return cls.of(_own(request, key))
        if line := request.GET.get("quick", ""):
            return cls._understood(line, request.user)
        name = request.GET.get("about", "")
        about = subject(request.user, name) if name else None
        if name and about is None:
            raise Http404
        return cls({"title": str(about)[:200]} if about else {}, about=about)

    @classmethod
    def of(cls, reminder: Reminder) -> Draft:
        return cls(fields_of(reminder), reminder.schedule, subject_of(reminder), reminder)

    @classmethod
    def _understood(cls, line: str, user: User) -> Draft:
        try:
            entry = Entry.of(line, user)
        except ValidationError as error:
            return cls({"title": one_line(line)}, problem=error.messages[0])
        return cls({"title": entry.title}, entry.schedule)


def fields_of(reminder: Reminder) -> dict[str, Any]:
    stored = as_it_is(reminder)
    return {
        **stored,
        "recipients": ", ".join(stored["recipients"]),
        "late": reminder.expires_after and -(-reminder.expires_after // 60),
    }


def _own(request: UserRequest, key: str) -> Reminder:
    found: Reminder | None = Reminder.objects.visible_to(request.user).filter(pk=to_number(key) or 0).first()
    if found is None:
        raise Http404
    return found
