"""Several changes of a task at once: all of them, or none."""

from __future__ import annotations

from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction

from tasks.models import Task
from tasks.recurrence import Schedule
from tasks.signals import task_described

COLUMNS = ("title", "description", "missed", "expires_after")
NO_SCHEDULE = "It has no schedule: it was asked for once, at once."
PASSED = "Its time has passed. Give it another one."


class Changes(TypedDict, total=False):
    """What is to be changed; `schedule` is settled."""

    title: str
    description: str
    schedule: Schedule
    missed: str
    expires_after: int | None
    paused: bool


class ImpossibleError(Exception):
    """The task is in no state for it; the text is for people."""


def change(task: Task, changes: Changes) -> None:
    """Change what is named, and leave the rest.

    A schedule that stays the same leaves the next time as it is. With another one, a task is paused or
    resumed by that. Raises ImpossibleError, and ValidationError({"starts": …}) for a schedule that is over.
    """
    with transaction.atomic():
        stored = Task.objects.select_for_update().get(pk=task.pk)
        if stored.schedule is None and changes.keys() & {"schedule", "missed", "expires_after", "paused"}:
            raise ImpossibleError(NO_SCHEDULE)
        _write(stored, {name: changes[name] for name in COLUMNS if name in changes})  # type: ignore[literal-required]
        if "schedule" in changes and changes["schedule"] != stored.schedule:
            stored.reschedule(changes["schedule"])
        if "paused" in changes:
            _pause(stored, paused=changes["paused"])


def _write(task: Task, columns: dict[str, Any]) -> None:
    if columns:
        Task.objects.filter(pk=task.pk).update(**columns)
        task_described.send(Task, task=task)


def _pause(task: Task, *, paused: bool) -> None:
    try:
        if paused:
            task.pause()
        else:
            task.resume()
    except ValidationError as error:
        raise ImpossibleError(PASSED) from error
