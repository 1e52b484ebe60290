"""What a list shows of a note: the beginning or, of one that was searched for, what is around the hit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

from notes.searching.queries import Query, Term
from notes.searching.words import WITHOUT_SPACES, folded

TABLE_RULE = re.compile(r"^(?=.*-)[ >|:-]+$", re.MULTILINE)
AT_LINE_START = re.compile(
    r"^[ >]*(?:#{1,6}|(?:[-+*]|\d+[.)])(?: +\[[ xX]\](?= |$))?|[-=*_]{3,}|```\w*)?(?= |$)", re.MULTILINE
)
AROUND_WORDS = re.compile(r"[*`~|]+|(?<!\w)_+|(?<!_)_+(?!\w)|!?\[(?=[^\]]*\]\()|\]\([^)]*\)")
LENGTH = 200
BEFORE = 60  # characters in front of the hit


@dataclass(frozen=True)
class Part:
    """A piece of plain text, and whether it was searched for."""

    text: str
    is_hit: bool = False


def without_marks(markdown: str) -> str:
    """In one line, without the marks of Markdown."""
    lines = AT_LINE_START.sub("", TABLE_RULE.sub("", markdown))
    return " ".join(AROUND_WORDS.sub("", lines).split())


def around_hit(text: str, query: Query) -> list[Part]:
    """Some of the text from a little before the first hit; the beginning if there is none."""
    text = normalize("NFC", text)
    first = _pattern(query).search(_aligned(text))
    start = max(0, first.start() - BEFORE) if first else 0
    if start:
        start = text.find(" ", start, first.start() if first else None) + 1 or start
    end = start + LENGTH
    shown = ("…" if start else "") + text[start:end].rstrip() + ("…" if end < len(text) else "")
    return with_hits(shown, query)


def with_hits(text: str, query: Query) -> list[Part]:
    """All of the text, its hits apart."""
    text, parts, end = normalize("NFC", text), [], 0
    for hit in _pattern(query).finditer(_aligned(text)):
        parts += [Part(text[end : hit.start()]), Part(text[hit.start() : hit.end()], is_hit=True)]
        end = hit.end()
    return [part for part in [*parts, Part(text[end:])] if part.text]


def _pattern(query: Query) -> re.Pattern[str]:
    return re.compile("|".join(map(_of_term, query.wanted)) or "(?!)")


def _of_term(term: Term) -> str:
    """Words with anything but letters between; they begin, and unless unfinished end, where words do."""
    begin = "" if WITHOUT_SPACES.match(term.words[0]) else r"(?<![^\W_])"
    rest = r"[^\W_]*" if term.is_unfinished else r"(?![^\W_])"
    end = "" if WITHOUT_SPACES.match(term.words[-1]) else rest
    return begin + r"[\W_]*".join(map(re.escape, term.words)) + end


class _Folds(dict[int, str]):
    """Each character as it is compared, as long as that is one character again."""

    def __missing__(self, code: int) -> str:
        fold = folded(chr(code))
        self[code] = fold if len(fold) == 1 else chr(code)
        return self[code]


_folds = _Folds()


def _aligned(text: str) -> str:
    """Folded, with each character where it was."""
    return text.lower() if text.isascii() else text.translate(_folds)
