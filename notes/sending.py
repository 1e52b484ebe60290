"""Sending a note: one press of the button makes one task, however often the form arrives."""

from uuid import UUID

from django.http import QueryDict

from notes.kinds import KIND, NoteEmail
from notes.models import Note
from tasks import door
from tasks.models import Run, Task
from tasks.submissions import filled_in, once


def send(note: Note, *, key: UUID, recipients: list[str], subject: str) -> Run:
    """Start e-mailing the note as it is; gives the run that the same form started before, if it did.

    `key` names the form. One that was sent, gone back to and changed is another one.
    Raises ValidationError({field: [message, …]}).
    """

    def start() -> Task:
        params = NoteEmail(note=note.pk, recipients=list(recipients), subject=subject, body=note.body)
        return door.start(KIND, owner=note.owner, params=params, title=title_of(note), about=note).task

    content = [note.pk, note.updated_at.isoformat(), recipients, subject]
    task = once(note.owner, key, content, start)
    return task.runs.earliest("pk")


def schedule(
    note: Note, *, key: UUID, typed: QueryDict, recipients: list[str], subject: str, schedule: door.Schedule
) -> Task:
    """E-mail the note whenever `schedule` says, as it is then; gives what the same form made before, if so.

    `key` names the form, and `typed` is all it holds. A subject that is the note's title changes with that.
    Raises ValidationError({field: [message, …]}), where the fields are also those of the schedule.
    """

    def accept() -> Task:
        own = "" if subject == note.title else subject
        params = NoteEmail(note=note.pk, recipients=list(recipients), subject=own)
        title = title_of(note)
        return door.schedule(
            KIND, owner=note.owner, params=params, schedule=schedule, title=title, about=note
        )

    return once(note.owner, key, [note.pk, filled_in(typed)], accept)


def title_of(note: Note) -> str:
    return f"E-mail “{note.title}”"
