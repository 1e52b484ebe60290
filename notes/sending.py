"""Sending a note: one press of the button starts one run, however often the form arrives."""

import json
from uuid import UUID, uuid5

from django.db import transaction

from notes.kinds import NoteEmail
from notes.models import Note, Sending
from tasks.door import start
from tasks.models import Run


def send(note: Note, *, key: UUID, recipients: list[str], subject: str) -> Run:
    """Start e-mailing the note as it is; gives the run that the same form started before, if it did.

    `key` names the form. One that was sent, gone back to and changed is another one.
    Raises ValidationError({field: [message, …]}).
    """
    content = json.dumps([note.pk, note.updated_at.isoformat(), recipients, subject])
    with transaction.atomic():
        sending, is_first = Sending.objects.get_or_create(owner=note.owner, key=uuid5(key, content))
        if is_first:
            params = NoteEmail(note=note.pk, recipients=list(recipients), subject=subject, body=note.body)
            title = f"E-mail “{note.title}”"
            sending.run = start("note.email", owner=note.owner, params=params, title=title, about=note)
            sending.save(update_fields=["run"])
    if sending.run is None:
        raise RuntimeError(f"sending {sending.pk} was committed without a run")
    return sending.run
