"""Changing a part of a reminder."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from reminders.door import change
from reminders.models import Reminder
from tasks.door import Schedule
from tasks.models import Task

PASSED = "Its time has passed. Give it a new one."


def as_it_is(reminder: Reminder) -> dict[str, Any]:
    """What `change` would have to be given to leave it so, but for its schedule."""
    params = reminder.ways
    return {
        **params.model_dump(exclude={"recipients"}),
        "title": reminder.title,
        "recipients": params.typed_recipients(),
        "missed": reminder.missed,
        "expires_after": reminder.expires_after,
    }


def amend(
    reminder: Reminder, *, schedule: Schedule | None = None, paused: bool | None = None, **named: Any
) -> None:
    """Change what is `named`, of what `change` takes, and leave the rest as it is, also when somebody else
    changes that at the same moment.

    Raises ValidationError({field: [message, …]}) as `change` does, or at `paused`; then nothing is changed.
    """
    with transaction.atomic():
        Task.objects.select_for_update().get(pk=reminder.pk)
        reminder.refresh_from_db()
        if schedule or named:
            kept = schedule or reminder.schedule
            if kept is None:
                raise ValidationError({"starts": [PASSED]})
            change(reminder, schedule=kept, **{**as_it_is(reminder), **named})
        if paused is not None:
            _pause_or_resume(reminder, paused=paused)
    reminder.refresh_from_db()


def _pause_or_resume(reminder: Reminder, *, paused: bool) -> None:
    try:
        if paused:
            reminder.pause()
        else:
            reminder.resume()
    except ValidationError as error:
        raise ValidationError({"paused": [PASSED]}) from error
