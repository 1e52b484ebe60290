"""What of a note one typed, and what somebody else saved meanwhile: line by line, and word by word."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from typing import Any

from notes.models import Note, key_of

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
AROUND = 2  # lines on each side of a change
MOST_SHOWN = 1000  # lines of a field
MOST_LINES = 2000  # that are matched with one another
MOST_EFFORT = 500_000  # in matching words: a second or two, if somebody makes it as hard as it gets
EFFORT_OF_LINE = 200

SAVED, YOURS, BOTH, LEFT_OUT = "saved", "yours", "both", "left-out"


@dataclass(frozen=True)
class Words:
    text: str
    is_changed: bool = False


@dataclass(frozen=True)
class Line:
    """Of what is saved, of yours, or of both; or it stands for such as are left out."""

    side: str
    words: Sequence[Words] = ()


@dataclass(frozen=True)
class Comparison:
    """Of a field; no lines if both say the same."""

    label: str
    lines: list[Line]


def compare(note: Note, typed: dict[str, Any], labels: dict[str, Any]) -> list[Comparison]:
    """Each field of the note as it is saved with what was typed into it."""
    return [Comparison(str(labels[name]), _lines_of(name, note, yours)) for name, yours in typed.items()]


def _lines_of(name: str, note: Note, yours: Any) -> list[Line]:
    if name == "tags":
        return compare_tags(note.tag_names, yours)
    return compare_texts(str(getattr(note, name)), str(yours))


def compare_tags(saved: list[str], yours: list[str]) -> list[Line]:
    """One to a line, in the same order on both sides; upper and lower case make no difference."""
    spelt = {key_of(name): name for name in [*yours, *saved]}
    texts = ["\n".join(spelt[key] for key in sorted(map(key_of, names))) for names in (saved, yours)]
    return compare_texts(*texts)


def compare_texts(saved: str, yours: str) -> list[Line]:
    """The lines that differ, with some around them."""
    if saved == yours:
        return []
    lines = _lines(saved.split("\n"), yours.split("\n"))
    shown = list(islice(lines, MOST_SHOWN))
    return [*shown, Line(LEFT_OUT)] if next(lines, None) else shown


def _lines(saved: list[str], yours: list[str]) -> Iterator[Line]:
    first, last = _same_at_ends(saved, yours)
    after = saved[len(saved) - last :]
    if first > AROUND:
        yield Line(LEFT_OUT)
    yield from _of_both(saved[max(0, first - AROUND) : first])
    yield from _changes(saved[first : len(saved) - last], yours[first : len(yours) - last])
    yield from _of_both(after[:AROUND])
    if last > AROUND:
        yield Line(LEFT_OUT)


def _same_at_ends(one: list[str], other: list[str]) -> tuple[int, int]:
    """How many lines are the same at the beginning, and how many of the others at the end."""
    shorter = min(len(one), len(other))
    first = next((number for number in range(shorter) if one[number] != other[number]), shorter)
    rest = shorter - first
    last = next((number for number in range(rest) if one[-1 - number] != other[-1 - number]), rest)
    return first, last


def _changes(saved: list[str], yours: list[str]) -> Iterator[Line]:
    words = _WordMatcher()
    if max(len(saved), len(yours)) > MOST_LINES:
        yield from words.replaced(saved, yours)
        return
    for tag, saved_from, saved_to, from_, to in SequenceMatcher(None, saved, yours).get_opcodes():
        if tag == "equal":
            yield from _between(saved[saved_from:saved_to])
        else:
            yield from words.replaced(saved[saved_from:saved_to], yours[from_:to])


def _between(lines: list[str]) -> Iterator[Line]:
    """Lines of both between two changes."""
    if len(lines) <= 2 * AROUND + 1:
        yield from _of_both(lines)
        return
    yield from _of_both(lines[:AROUND])
    yield Line(LEFT_OUT)
    yield from _of_both(lines[-AROUND:])


def _of_both(lines: list[str]) -> Iterator[Line]:
    return (Line(BOTH, [Words(line)]) for line in lines)


class _WordMatcher:
    """Marks the words that differ in lines that stand for one another, until that has taken long enough."""

    def __init__(self) -> None:
        self.effort_left = MOST_EFFORT

    def replaced(self, saved: list[str], yours: list[str]) -> Iterator[Line]:
        if len(saved) == len(yours):
            pairs = [self._match(*pair) for pair in zip(saved, yours, strict=True)]
            return chain((before for before, _ in pairs), (after for _, after in pairs))
        return chain((_whole(SAVED, line) for line in saved), (_whole(YOURS, line) for line in yours))

    def _match(self, saved: str, yours: str) -> tuple[Line, Line]:
        if self.effort_left > 0:
            before, after = WORDS.findall(saved), WORDS.findall(yours)
            occurrences = Counter(after)
            self.effort_left -= EFFORT_OF_LINE + sum(occurrences[word] for word in before)
        if self.effort_left <= 0:
            return _whole(SAVED, saved), _whole(YOURS, yours)
        codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        return (
            Line(SAVED, [Words("".join(before[a:b]), tag != "equal") for tag, a, b, _, _ in codes if a < b]),
            Line(YOURS, [Words("".join(after[a:b]), tag != "equal") for tag, _, _, a, b in codes if a < b]),
        )


def _whole(side: str, line: str) -> Line:
    return Line(side, [Words(line)])
