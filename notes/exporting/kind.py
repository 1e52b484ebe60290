"""The kind of task that makes a zip of one's notes."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from typing import IO, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from pydantic import Field

from accounts.models import User
from notes.exporting import archive, expiry, files
from notes.models import Export, Note, NoteQuerySet
from tasks.active import ActiveRun
from tasks.clock import in_seconds
from tasks.errors import Interrupted, Later, LeaseLost, TemporaryError
from tasks.kinds import Params, kind
from tasks.models import Run, RunQuerySet

logger = logging.getLogger(__name__)

KIND = "notes.export"
NOTES_PER_QUERY = 100
SECONDS_BEHIND_ANOTHER = 5.0
UNDER_WAY = "An export of your notes is under way already. Wait for it, or cancel it."


class NotesExport(Params):
    """A zip of one's notes as Markdown."""

    include_archived: bool = Field(
        default=True, description="Whether the notes in the archive are exported, too."
    )

    def accept(self, owner: User) -> Self:
        """One at a time; whoever asks at the same moment waits here and is refused, too."""
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if exports_of(owner).unfinished().exists():
            raise ValidationError({"__all__": [UNDER_WAY]})
        return self

    def accept_scheduled(self, owner: User) -> Self:
        """Each firing makes one; those that come close together take turns."""
        return self


def exports_of(owner: User) -> RunQuerySet:
    found: RunQuerySet = Run.objects.visible_to(owner).filter(task__kind_name=KIND)
    return found


@kind(
    KIND,
    title="Export of notes",
    description="Your notes as Markdown files in a zip, kept for a week.",
    params=NotesExport,
    queue="long",
    panel="notes:export_state",
    is_open=True,
    links={"export": "api_run_export"},
    resource="notes",
)
def export_notes(run: ActiveRun[NotesExport]) -> str:
    """Make the zip, unless a worker that was lost afterwards has made it.

    It holds the notes there are when this begins, each as it is when its turn comes; one that is deleted
    before that is left out.
    """
    if not run.owner.is_active:
        return "nothing exported, the account is disabled"
    if exports_of(run.owner).unfinished().filter(pk__lt=run.pk).exists():
        raise Later(SECONDS_BEHIND_ANOTHER, "Another export of yours comes first.")
    export = Export.objects.current().filter(run=run.pk).first() or _make(run)
    return export.summary


def _make(run: ActiveRun[NotesExport]) -> Export:
    """Write a temporary file, which is gone with this process whatever becomes of it, and keep that."""
    try:
        with tempfile.TemporaryFile(prefix="clock-work-export-") as file:
            count = archive.write(_notes(run), file, run.owner.zone)
            run.save()
            return _keep(run, file, count)
    except OSError as error:
        logger.warning("the export of run %s could not be written: %s", run.pk, error)
        raise TemporaryError("The file could not be stored.") from error


def _notes(run: ActiveRun[NotesExport]) -> Iterator[Note]:
    mine = Note.objects.visible_to(run.owner)
    wanted = mine if run.params.include_archived else mine.filter(archived_at=None)
    keys = list(wanted.order_by("pk").values_list("pk", flat=True))
    for _, note in zip(run.track(keys), _read(mine, keys), strict=True):
        if note:
            yield note


def _read(notes: NoteQuerySet, keys: list[int]) -> Iterator[Note | None]:
    """The note of each key, some at a time; None for one that was deleted meanwhile."""
    for start in range(0, len(keys), NOTES_PER_QUERY):
        some = keys[start : start + NOTES_PER_QUERY]
        found = notes.prefetch_related("tags").in_bulk(some)
        yield from (found.get(key) for key in some)


def _keep(run: ActiveRun[NotesExport], file: IO[bytes], count: int) -> Export:
    size = file.tell()
    name = files.store(file)
    try:
        run.save()
        return _record(run, Export(run=run.row, file_name=name, size=size, note_count=count))
    except Interrupted:  # raised before the commit; of other errors nobody knows whether it is recorded
        files.discard(name)
        raise


def _record(run: ActiveRun[NotesExport], export: Export) -> Export:
    """Write the row if the run is still ours, in the place of one that has expired."""
    with transaction.atomic():
        if not Run.objects.select_for_update().filter(pk=run.pk, claim=run.lease.claim).exists():
            raise LeaseLost
        Export.objects.filter(run=run.pk).delete()
        export.expires_at = in_seconds(expiry.KEPT_FOR.total_seconds())
        export.save(force_insert=True)
        expiry.keep_the_newest(run.owner)
    return export
