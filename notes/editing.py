"""Writing a note so that nothing is written twice, and nobody's words are written over unseen."""

from typing import Any
from uuid import UUID

from accounts.models import User
from notes.models import LONGEST_TITLE, Note, Outdated

COPY = " (copy)"
COPIED = ("title", "body")


def write(owner: User, key: UUID | None, **texts: Any) -> Note:
    """The note that the form with this key made, now or when it arrived before.

    Raises Outdated, with the note, if what it made then says something else now.
    """
    if key is None:
        return Note.objects.create(owner=owner, **texts)
    note, is_new = Note.objects.get_or_create(owner=owner, key=key, defaults=texts)
    if not is_new and not note.says(**texts):
        raise Outdated(note)
    return note


def save(note: Note, version: int | None, **texts: Any) -> None:
    """Write these over the version that they were typed over.

    Raises Outdated, with the note as it is now, if that is another one and says something else.
    """
    if note.says(**texts):
        return
    if note.version != version:
        raise Outdated(note)
    note.rewrite(**texts)


def duplicate(note: Note, key: UUID | None = None) -> Note:
    """A new note that says the same, once for the button with this key."""
    texts = {name: getattr(note, name) for name in COPIED}
    texts["title"] = f"{note.title[: LONGEST_TITLE - len(COPY)]}{COPY}"
    if key is None:
        return Note.objects.create(owner=note.owner, **texts)
    return Note.objects.get_or_create(owner=note.owner, key=key, defaults=texts)[0]
