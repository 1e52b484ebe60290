"""What was sent and is not in the database yet, in a file of this host.

A line is written for each message after its call and before the next one; the database is told in batches.
After a crash the next worker of this host that takes the run reads what is left before it sends anything. The
files hold Message-IDs and nothing else. Without JOURNAL_DIR there is none: each call is committed at once.
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from mail.models import Delivery
from tasks.models import Run

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER_SECONDS = 90 * 24 * 3600


class Journal:
    """The journal of one claim of one run. False when there is none, or none can be written any more."""

    def __init__(self, run_id: int, claim: UUID) -> None:
        self._file = _folder() / f"{run_id}-{claim.hex}.journal"
        self._descriptor: int | None = None
        self._works = bool(settings.JOURNAL_DIR)

    def __bool__(self) -> bool:
        return self._works

    def note(self, *deliveries: Delivery) -> None:
        """Write down that these were sent. What cannot be written must be committed at once."""
        if not self._works:
            return
        try:
            os.write(self._opened(), "".join(f"{each.message_id}\n" for each in deliveries).encode())
        except OSError:
            logger.exception("the journal cannot be written, every mail is committed at once from here on")
            self._works = False

    def clear(self) -> None:
        """Forget what was noted, once it is committed."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)

    def _opened(self) -> int:
        if self._descriptor is None:
            _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return self._descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, and remove it when everything in it was committed."""
        if self._descriptor is None:
            return
        is_empty = os.fstat(self._descriptor).st_size == 0
        os.close(self._descriptor)
        self._descriptor = None
        if is_empty:
            self._file.unlink(missing_ok=True)


def replay(run_id: int) -> int:
    """Tell the database what workers of this host sent for the run and died before telling; gives how many.

    Joins the caller's transaction; the files go once it is committed.
    """
    files = list(_left_behind(run_id))
    sent = [message_id for file in files for message_id in _noted_in(file)]
    if not files:
        return 0
    with transaction.atomic():
        changed = Delivery.objects.filter(
            run=run_id, message_id__in=sent, state__in=[Delivery.State.PENDING, Delivery.State.CANCELLED]
        ).update(state=Delivery.State.SENT, sent_at=Now(), error="", doubts=0)
        transaction.on_commit(lambda: _remove(files))
    if changed:
        logger.info("%s deliveries of run %s had been sent before its worker was lost", changed, run_id)
    return changed


def forget_what_is_gone() -> None:
    """Remove the journals of this host whose runs were deleted: nobody comes back for them."""
    files = {file: file.name.partition("-")[0] for file in _folder().glob("*.journal")} if _is_used() else {}
    runs = {int(run) for run in files.values() if run.isdecimal()}
    there = {str(pk) for pk in Run.objects.filter(pk__in=runs).values_list("pk", flat=True)}
    _remove(file for file, run in files.items() if run not in there)


def _is_used() -> bool:
    return bool(settings.JOURNAL_DIR)


def _left_behind(run_id: int) -> Iterator[Path]:
    """The journals of this run. Removes, in passing, those that nobody ever came back for."""
    for file in _folder().glob("*.journal") if settings.JOURNAL_DIR else ():
        if file.name.startswith(f"{run_id}-"):
            yield file
        elif _age(file) > FORGOTTEN_AFTER_SECONDS:
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0


def _noted_in(file: Path) -> list[str]:
    """The Message-IDs in a journal; a last line that was only half written is none."""
    try:
        *lines, _ = file.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return []
    return lines


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.JOURNAL_DIR)
