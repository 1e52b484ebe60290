"""Sending a note: one press of the button makes one task, however often the form arrives."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.http import QueryDict

from notes.kinds import KIND, NoteEmail
from notes.models import Note, Sending
from tasks import door
from tasks.models import Run, Task


def send(note: Note, *, key: UUID, recipients: list[str], subject: str) -> Run:
    """Start e-mailing the note as it is; gives the run that the same form started before, if it did.

    `key` names the form. One that was sent, gone back to and changed is another one.
    Raises ValidationError({field: [message, …]}).
    """

    def start() -> Task:
        params = NoteEmail(note=note.pk, recipients=list(recipients), subject=subject, body=note.body)
        return door.start(KIND, owner=note.owner, params=params, title=_title(note), about=note).task

    task = _once(note, key, [note.pk, note.updated_at.isoformat(), recipients, subject], start)
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
        title = _title(note)
        return door.schedule(
            KIND, owner=note.owner, params=params, schedule=schedule, title=title, about=note
        )

    fields = sorted((name, typed.getlist(name)) for name in typed if name != "csrfmiddlewaretoken")
    return _once(note, key, [note.pk, fields], accept)


def _once(note: Note, key: UUID, content: list[Any], make: Callable[[], Task]) -> Task:
    with transaction.atomic():
        name = uuid5(key, json.dumps(content))
        sending, is_first = Sending.objects.get_or_create(owner=note.owner, key=name)
        if is_first:
            sending.task = make()
            sending.save(update_fields=["task"])
    if sending.task is None:
        raise RuntimeError(f"sending {sending.pk} was committed without a task")
    return sending.task


def _title(note: Note) -> str:
    return f"E-mail “{note.title}”"
