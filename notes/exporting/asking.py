"""Asking for an export: one press of the button makes one."""

from uuid import UUID

from accounts.models import User
from notes.exporting.kind import KIND, NotesExport, exports_of
from tasks import door
from tasks.models import Run, Task
from tasks.submissions import once


def start(owner: User, *, key: UUID) -> Run:
    """Start it; gives the run that the same form, named by `key`, started before, if it did.

    Raises ValidationError({field: [message, …]}) while another one is under way.
    """

    def make() -> Task:
        return door.start(KIND, owner=owner, params=NotesExport()).task

    return once(owner, key, [KIND], make).runs.earliest("pk")


def under_way(owner: User) -> Run | None:
    return exports_of(owner).unfinished().select_related("task").order_by("pk").first()
