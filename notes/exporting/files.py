"""Where exports lie in the private storage: a folder for each day, in it names that nobody can guess."""

import logging
import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO

from django.core.files import File
from django.core.files.storage import storages

from notes.models import Export
from tasks.clock import database_now

logger = logging.getLogger(__name__)

FOLDER = "exports"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SETTLED = timedelta(days=2)  # no upload takes so long that its row is still to come then
NAMES_PER_QUERY = 500


def store(content: IO[bytes]) -> str:
    """Save it under a new name, which is given. Raises OSError, and leaves nothing behind then."""
    name = f"{FOLDER}/{_today().isoformat()}/{secrets.token_hex(20)}.zip"
    try:
        return storages["private"].save(name, File(content))
    except OSError:
        discard(name)
        raise


def discard(name: str) -> None:
    """Delete the file if that can be done now; if not, it is found when others are cleaned up."""
    try:
        storages["private"].delete(name)
    except OSError as error:
        logger.warning("an export could not be deleted, it is cleaned up later: %s", error)


def discard_orphans() -> int:
    """Delete files that no row names, as of a worker that was killed before it wrote one; gives how many.

    Raises OSError when the storage is away.
    """
    storage, orphans = storages["private"], 0
    for folder in _settled_folders():
        _, names = storage.listdir(folder)
        paths = {f"{folder}/{name}" for name in names}
        known = _known(sorted(paths))
        for path in paths - known:
            storage.delete(path)
        if not known:
            storage.delete(folder)
        orphans += len(paths - known)
    return orphans


def _known(paths: list[str]) -> set[str]:
    """Those of them that a row names."""
    found: set[str] = set()
    for start in range(0, len(paths), NAMES_PER_QUERY):
        rows = Export.objects.filter(file_name__in=paths[start : start + NAMES_PER_QUERY])
        found.update(rows.values_list("file_name", flat=True))
    return found


def _settled_folders() -> Iterator[str]:
    try:
        folders, _ = storages["private"].listdir(FOLDER)
    except FileNotFoundError:  # a disk that nothing was exported to yet
        return
    latest = _today() - SETTLED
    for folder in folders:
        if DAY.fullmatch(folder) and date.fromisoformat(folder) <= latest:
            yield f"{FOLDER}/{folder}"


def _today() -> date:
    return database_now().date()
