"""Titles become file names that every system can unpack."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.exporting.file_names import LONGEST, FileNames, stem_of


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Minutes", "Minutes.md"),
        ("../../etc/passwd", "-..-etc-passwd.md"),
        ("C:\\Users\\me", "C--Users-me.md"),
        ("Who? What: <why> “how” | *", "Who- What- -why- “how” - -.md"),
        (".", "Untitled.md"),
        ("... .. .", "Untitled.md"),
        (".hidden", "hidden.md"),
        ("\u200d\u200c", "Untitled.md"),
        ("trailing. . ", "trailing.md"),
        ("two\nlines\tand\x00more", "two lines andmore.md"),
        ("CON", "_CON.md"),
        ("nul.txt", "_nul.txt.md"),
        ("Lpt¹", "_Lpt¹.md"),
        ("Concert", "Concert.md"),
        ("com10", "com10.md"),
        ("👨‍👩‍👧 at the sea 🏖️", "👨‍👩‍👧 at the sea 🏖️.md"),
        ("קניות לשבת", "קניות לשבת.md"),
        ("invoice\u202egpj.exe", "invoicegpj.exe.md"),
        ("e\u0301te\u0301", "été.md"),
    ],
)
def test_a_title_stays_readable_and_cannot_do_harm(title: str, name: str) -> None:
    assert FileNames().name_for(title) == name


def test_long_titles_are_cut_between_letters() -> None:
    assert stem_of("a" * 500) == "a" * LONGEST
    assert stem_of("🐢" * 200) == "🐢" * (LONGEST // 4)


@pytest.mark.parametrize("second", ["Minutes", "MINUTES", "minutes", "Minutes."])
def test_two_with_one_title_get_names_of_their_own(second: str) -> None:
    names = FileNames()
    assert names.name_for("Minutes") == "Minutes.md"
    assert names.name_for(second).casefold() == "minutes (2).md"


def test_accents_written_in_two_ways_are_one_name_to_some_systems() -> None:
    names = FileNames()
    both = [names.name_for("ǰ"), names.name_for("J\u030c")]
    assert len({unicodedata.normalize("NFD", name.casefold()) for name in both}) == 2


def test_a_title_that_looks_like_the_name_of_a_second_one_is_no_trap() -> None:
    names = FileNames()
    given_names = [names.name_for(title) for title in ("A", "A (2)", "A", "A", "A (2)")]
    assert given_names == ["A.md", "A (2).md", "A (3).md", "A (4).md", "A (2) (2).md"]


@given(st.lists(st.text(max_size=220), max_size=30))
def test_whatever_the_titles_are(titles: list[str]) -> None:
    names = FileNames()
    given_names = [names.name_for(title) for title in titles]
    assert len({unicodedata.normalize("NFD", name).casefold() for name in given_names}) == len(titles)
    for name in given_names:
        assert 3 < len(name.encode()) <= 200
        assert not set(name) & set('<>:"/\\|?*')
        assert name.replace("\u200c", "").replace("\u200d", "").isprintable()
        assert name[0] not in ". "
