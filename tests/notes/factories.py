from typing import Any

from accounts.models import User
from notes.models import Note


def make_note(owner: User, title: str = "Minutes", body: str = "We *met*.", **fields: Any) -> Note:
    return Note.objects.create(owner=owner, title=title, body=body, **fields)
