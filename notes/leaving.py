"""What becomes of notes when their owner's account goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver

from accounts.belongings import belongings, counted
from accounts.models import User
from accounts.signals import user_deleting
from notes.kinds import KIND
from notes.models import Export, Note, Tag
from tasks.models import Run, Task


@belongings
def notes(user: User) -> Iterator[str]:
    yield from counted(Note.objects.visible_to(user).count(), "note", "notes")
    yield from counted(Tag.objects.visible_to(user).count(), "tag", "tags")
    emails = Task.objects.visible_to(user).filter(kind_name=KIND)
    to_come = emails.scheduled().count() + Run.objects.unfinished().filter(task__in=emails).count()
    yield from counted(to_come, "e-mail to come, which is not sent", "e-mails to come, which are not sent")
    exports = Export.objects.visible_to(user).current().count()
    yield from counted(exports, "export that lies ready", "exports that lie ready")


@receiver(user_deleting)
def delete_notes(user: User, **_: Any) -> None:
    """Without reading them: there may be very many, and nothing hangs on one but its tags. Exports have gone
    with their runs, and their files with them."""
    Note.tags.through._default_manager.filter(note__owner=user).delete()
    own = Note.objects.filter(owner=user)
    own._raw_delete(own.db)
    Tag.objects.filter(owner=user).delete()
