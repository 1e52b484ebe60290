"""Private files of one sort: a folder for each day, in it names that nobody can guess."""

import logging
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO

from django.core.files import File
from django.core.files.storage import storages
from django.db.models import Field
from django.utils import timezone

logger = logging.getLogger(__name__)

DAY = re.compile(r"\d{4}-\d\d-\d\d")
SETTLED = timedelta(days=2)  # no upload is so slow, and no clock so wrong, that its row is still to come
NAMES_PER_QUERY = 500


@dataclass(frozen=True)
class PrivateFiles:
    """Those in this folder, whose names stand in this column: `exports/2026-11-30/….zip`."""

    folder: str
    ending: str
    column: "Field[str, str]"

    def store(self, content: IO[bytes]) -> str:
        """Save it under a new name, which is given. Raises OSError, and leaves nothing behind then."""
        name = f"{self.folder}/{_today().isoformat()}/{secrets.token_hex(20)}{self.ending}"
        try:
            return storages["private"].save(name, File(content))
        except OSError:
            self.discard(name)
            raise

    def discard(self, name: str) -> None:
        """Delete the file if that can be done now; if not, it is found when others are cleaned up."""
        try:
            storages["private"].delete(name)
        except OSError as error:
            logger.warning("a file in %s could not be deleted, it is so later: %s", self.folder, error)

    def discard_orphans(self) -> int:
        """Delete files that no row names, as of a process that was killed before it wrote it; gives how many.

        Raises OSError when the storage is away.
        """
        storage, orphans = storages["private"], 0
        for folder in self._settled_folders():
            _, names = storage.listdir(folder)
            paths = {f"{folder}/{name}" for name in names}
            known = self._known(sorted(paths))
            for path in paths - known:
                storage.delete(path)
            if not known:
                storage.delete(folder)
            orphans += len(paths - known)
        return orphans

    def _known(self, paths: list[str]) -> set[str]:
        """Those of them that a row names."""
        found: set[str] = set()
        for start in range(0, len(paths), NAMES_PER_QUERY):
            some = {f"{self.column.name}__in": paths[start : start + NAMES_PER_QUERY]}
            rows = self.column.model._default_manager.filter(**some)
            found.update(rows.values_list(self.column.name, flat=True))
        return found

    def _settled_folders(self) -> Iterator[str]:
        try:
            folders, _ = storages["private"].listdir(self.folder)
        except FileNotFoundError:  # a disk on which nothing was stored yet
            return
        latest = _today() - SETTLED
        for folder in folders:
            if DAY.fullmatch(folder) and date.fromisoformat(folder) <= latest:
                yield f"{self.folder}/{folder}"


def _today() -> date:
    return timezone.now().date()
