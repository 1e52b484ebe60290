"""A zip of notes: each a Markdown file that begins with what else is known of it, as YAML."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from notes.exporting.file_names import FileNames
from notes.models import Note

NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # as they are; JSON escapes the others
FIRST_YEAR = 1980  # that a zip can tell


def write(notes: Iterable[Note], file: IO[bytes], zone: ZoneInfo) -> int:
    """Write the notes, one in memory at a time, with times by the clock of `zone`; gives how many there were.

    Raises OSError when `file` takes no more.
    """
    names, count = FileNames(), 0
    with ZipFile(file, "w") as archive:
        for count, note in enumerate(notes, start=1):  # noqa: B007 - how many is what is wanted
            entry = ZipInfo(names.name_for(note.title), _time_of(note.updated_at.astimezone(zone)))
            archive.writestr(entry, text_of(note, zone), ZIP_DEFLATED)
    return count


def text_of(note: Note, zone: ZoneInfo) -> str:
    """The note as a Markdown file, with front matter."""
    known = {
        "title": _quoted(note.title),
        "created": note.created_at.astimezone(zone).isoformat(timespec="seconds"),
        "updated": note.updated_at.astimezone(zone).isoformat(timespec="seconds"),
        "pinned": json.dumps(note.pinned_at is not None),
        "archived": json.dumps(note.archived_at is not None),
        "tags": f"[{', '.join(map(_quoted, note.tag_names))}]",
    }
    lines = [f"{name}: {value}" for name, value in known.items()]
    body = note.body.replace("\r\n", "\n").rstrip("\n")
    return "\n".join(["---", *lines, "---", "", *([body, ""] if body else [])])


def _quoted(text: str) -> str:
    """As YAML's double quotes have it: what JSON writes is read the same."""
    quoted = json.dumps(text, ensure_ascii=False)
    return NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _time_of(moment: datetime) -> tuple[int, int, int, int, int, int]:
    return max(moment.timetuple()[:6], (FIRST_YEAR, 1, 1, 0, 0, 0))
