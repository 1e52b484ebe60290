"""Deleting a note, with what was to be sent of it."""

from django.db import transaction

from notes import tagging
from notes.editions import keep
from notes.emails import scheduled_emails
from notes.models import Note


def delete(note: Note) -> None:
    """Delete the note. E-mails of it that are on their way still arrive, those to come do not.

    Reminders about it stay, and are about nothing any more.
    """
    with transaction.atomic():
        tagging.one_at_a_time(note.owner_id)
        for task in scheduled_emails(note).order_by("pk").select_for_update():
            for run in task.runs.unfinished().select_related("task"):
                keep(run, note)
            if task.runs.exists():
                task.unschedule()
            else:
                task.delete()
        note.push()
        note.delete()
        tagging.sweep(note.owner_id)
