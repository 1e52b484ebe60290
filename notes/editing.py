"""Writing a note so that nothing is written twice, and nobody's words are written over unseen."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from notes import tagging
from notes.models import LONGEST_TITLE, Note, Outdated

COPY = " (copy)"
COPIED = {"title": "title", "body": "body", "tags": "tag_names"}


def write(owner: User, key: UUID | None, *, tags: Collection[str] = (), **texts: Any) -> Note:
    """The note that the form with this key made, now or when it arrived before.

    Raises Outdated, with the note, if what it made then says something else now.
    """
    note, is_new = _make(owner, key, tags=tags, **texts)
    if not is_new and not note.says(tags=tags, **texts):
        raise Outdated(note)
    return note


@transaction.atomic
def save(note: Note, version: int | None, *, tags: Collection[str], **texts: Any) -> None:
    """Write these over the version that they were typed over.

    Raises Outdated, with the note as it is now, if that is another one and says something else.
    """
    tagging.one_at_a_time(note.owner_id)
    note.refresh_from_db()
    if note.says(tags=tags, **texts):
        return
    if note.version != version:
        raise Outdated(note)
    note.make_version(**texts)
    tagging.tag(note, tags)


@transaction.atomic
def rewrite(note: Note, *, tags: Collection[str] | None = None, **texts: Any) -> None:
    """Give it this title or body, and these tags and no others, as one version; raises as `Note.rewrite`."""
    if tags is not None:
        tagging.one_at_a_time(note.owner_id)
    if note.says(tags=tags, **texts):
        return
    note.make_version(**texts)
    if tags is not None:
        tagging.tag(note, tags)


def duplicate(note: Note, key: UUID | None = None) -> Note:
    """A new note that says the same, once for the button with this key."""
    copied = {name: getattr(note, source) for name, source in COPIED.items()}
    copied["title"] = f"{note.title[: LONGEST_TITLE - len(COPY)]}{COPY}"
    return _make(note.owner, key, **copied)[0]


@transaction.atomic
def _make(owner: User, key: UUID | None, *, tags: Collection[str], **texts: Any) -> tuple[Note, bool]:
    """The note with this key, and whether it is new."""
    tagging.one_at_a_time(owner.pk)
    if key is None:
        note, is_new = Note.objects.create(owner=owner, **texts), True
    else:
        note, is_new = Note.objects.get_or_create(owner=owner, key=key, defaults=texts)
    if is_new:
        tagging.tag(note, tags)
    return note, is_new
