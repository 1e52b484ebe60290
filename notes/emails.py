"""What became of the e-mails of a note, and what is to come of it."""

from typing import Any

from notes.kinds import KIND
from notes.models import Note
from reminders.models import Reminder
from tasks.models import Run, Task, TaskQuerySet

EMAILS_SHOWN = 5
TO_COME_SHOWN = 20  # of each sort


def emails(note: Note) -> TaskQuerySet:
    found: TaskQuerySet = Task.objects.visible_to(note.owner).about(note).filter(kind_name=KIND)
    return found


def scheduled_emails(note: Note) -> TaskQuerySet:
    """Those with a schedule, also when that is paused or over."""
    return emails(note).exclude(time_zone="")


def to_come(note: Note) -> dict[str, list[Any]]:
    """What is to come of the note: of each sort what is next first, then what is paused."""
    tasks, reminders = scheduled_emails(note), Reminder.objects.visible_to(note.owner).about(note)
    return {
        "scheduled": [*tasks.scheduled()[:TO_COME_SHOWN], *tasks.paused()[:TO_COME_SHOWN]],
        "reminders": [*reminders.scheduled()[:TO_COME_SHOWN], *reminders.paused()[:TO_COME_SHOWN]],
    }


def activity_of(note: Note) -> dict[str, Any]:
    """The context of `notes/_activity.html`."""
    return {"note": note, "runs": last_runs(note), **to_come(note)}


def last_runs(note: Note) -> list[Run]:
    """The last e-mails, the newest first."""
    runs = Run.objects.filter(task__in=emails(note)).select_related("task")
    return list(runs.order_by("-pk")[:EMAILS_SHOWN])
