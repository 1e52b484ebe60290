"""What is in the zip: each note as a Markdown file, with what else is known of it in front."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notes.exporting import archive
from notes.models import Note
from tests.notes.exports import read_zip

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = datetime(2026, 7, 1, 22, 30, 12, 345, tzinfo=UTC)


def note(title: str = "Minutes", body: str = "We *met*.", **fields: datetime | None) -> Note:
    return Note(title=title, body=body, **{"created_at": SUMMER, "updated_at": SUMMER, **fields})


def written(*notes: Note) -> BytesIO:
    file = BytesIO()
    assert archive.write(notes, file, BERLIN) == len(notes)
    return file


def front_matter(text: str) -> dict[str, object]:
    _, matter, _ = text.split("---\n", 2)
    read: dict[str, object] = yaml.safe_load(matter)
    return read


def test_a_note_is_a_markdown_file_with_front_matter_by_its_owners_clock() -> None:
    assert read_zip(written(note(pinned_at=SUMMER)).getvalue()) == {
        "Minutes.md": (
            '---\ntitle: "Minutes"\n'
            "created: 2026-07-02T00:30:12+02:00\nupdated: 2026-07-02T00:30:12+02:00\n"
            "pinned: true\narchived: false\ntags: []\n---\n\nWe *met*.\n"
        )
    }


def test_front_matter_is_yaml_with_types() -> None:
    text = archive.text_of(note('He said: "#1 – \\o/" 🎉 שלום', archived_at=SUMMER), BERLIN)
    assert front_matter(text) == {
        "title": 'He said: "#1 – \\o/" 🎉 שלום',
        "created": SUMMER.replace(microsecond=0),
        "updated": SUMMER.replace(microsecond=0),
        "pinned": False,
        "archived": True,
        "tags": [],
    }


@given(st.text(max_size=200))
def test_any_title_is_read_back_as_it_was(title: str) -> None:
    assert front_matter(archive.text_of(note(title), BERLIN))["title"] == title


@pytest.mark.parametrize(
    ("body", "text"),
    [("", ""), ("one\r\ntwo", "\none\ntwo\n"), ("---\nnot: yaml\n---", "\n---\nnot: yaml\n---\n")],
)
def test_a_body_follows_as_it_is_with_one_sort_of_line_ends(body: str, text: str) -> None:
    assert archive.text_of(note(body=body), BERLIN).endswith(f"archived: false\ntags: []\n---\n{text}")


def test_files_are_compressed_and_have_the_time_of_the_last_change() -> None:
    with ZipFile(written(note(body="la " * 10_000))) as zipped:
        [entry] = zipped.infolist()
    assert entry.compress_type == ZIP_DEFLATED
    assert entry.compress_size < 1000
    assert entry.date_time == (2026, 7, 2, 0, 30, 12)


def test_a_time_that_a_zip_cannot_tell_spoils_nothing() -> None:
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    assert (
        "created: 1970-01-01"
        in read_zip(written(note(created_at=long_ago, updated_at=long_ago)).getvalue())["Minutes.md"]
    )


def test_without_notes_it_is_an_empty_zip() -> None:
    assert read_zip(written().getvalue()) == {}
