"""The notes of the demo, from the Markdown files beside this one."""

from pathlib import Path

from accounts.models import User
from clock_work.demo.clock import days_ago
from clock_work.demo.past import happening
from notes import editing
from notes.models import Note

FOLDER = Path(__file__).parent / "notes"
PINNED = ["05-minutes", "01-packing-list"]  # the first one on top
ARCHIVED = ["10-old-flat", "11-trip"]
TAGS = {
    "01-packing-list": ["travel"],
    "02-reading-list": ["books"],
    "03-soup": ["kitchen"],
    "04-backup": ["work"],
    "05-minutes": ["house", "work"],
    "06-newsletter": ["work"],
    "07-ideas": ["house"],
    "08-words": ["books"],
    "09-empty-fridge": ["house", "kitchen"],
    "10-old-flat": ["house"],
    "11-trip": ["travel"],
}


def write(owner: User) -> dict[str, Note]:
    """One a day; gives them by the names of their files."""
    files = sorted(FOLDER.glob("*.md"), reverse=True)
    notes = {}
    for age, file in zip(range(len(files), 0, -1), files, strict=True):
        with happening(days_ago(age, hour=9 + age % 8, minute=7 * age % 60)):
            notes[file.stem] = _note(owner, file)
    for stem in PINNED:
        notes[stem].pin()
    for stem in ARCHIVED:
        notes[stem].archive()
    return notes


def _note(owner: User, file: Path) -> Note:
    """The first line of a file is its title."""
    title, _, body = file.read_text(encoding="utf-8").partition("\n")
    texts = {"title": title.removeprefix("# "), "body": body.strip()}
    return editing.write(owner, None, tags=TAGS[file.stem], **texts)
