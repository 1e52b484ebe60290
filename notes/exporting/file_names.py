"""File names out of titles: as people know them, and such that every system can unpack them."""

import re
import unicodedata
from collections import Counter

LONGEST = 180  # bytes; systems allow 255, and what decomposes letters makes them longer
JOINERS = "\u200c\u200d"  # join emoji, and part letters of Persian; invisible by themselves
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}  # among them what turns the direction of reading
NAMELESS = "Untitled"


def stem_of(title: str) -> str:
    """The title as a name without an ending: no path, nothing hidden, no device of Windows."""
    words = " ".join(unicodedata.normalize("NFC", title).split())
    seen = "".join(
        letter for letter in words if letter in JOINERS or unicodedata.category(letter) not in UNSEEN
    )
    short = FORBIDDEN.sub("-", seen).encode()[:LONGEST].decode(errors="ignore")
    stem = short.strip(f". {JOINERS}") or NAMELESS
    return f"_{stem}" if DEVICE.match(stem) else stem


class FileNames:
    """Gives each name once, also in the eyes of systems that do not tell letters' case or accents' way of
    being written apart."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._times_asked: Counter[str] = Counter()

    def name_for(self, title: str, ending: str = ".md") -> str:
        """The file's name, such as “Minutes.md”, then “Minutes (2).md”."""
        stem = stem_of(title)
        name = stem + ending
        while (seen_as := _folded(name)) in self._given:
            self._times_asked[_folded(stem)] += 1
            name = f"{stem} ({self._times_asked[_folded(stem)] + 1}){ending}"
        self._given.add(seen_as)
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
