from typing import Any

from accounts.models import User
from notes.kinds import NoteEmail
from notes.models import Note
from tasks.door import Schedule, schedule
from tasks.models import Task


def make_note(owner: User, title: str = "Minutes", body: str = "We *met*.", **fields: Any) -> Note:
    return Note.objects.create(owner=owner, title=title, body=body, **fields)


def schedule_email(note: Note, when: Schedule, *recipients: str, **fields: Any) -> Task:
    """An e-mail of the note by a schedule, to somebody unless somebody is named."""
    params = NoteEmail(note=note.pk, recipients=list(recipients or ["anna@example.org"]), **fields)
    return schedule("note.email", owner=note.owner, params=params, schedule=when, about=note)
