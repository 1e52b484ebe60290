"""Texts as their words: what is looked for, and on SQLite what is looked at.

PostgreSQL keeps the words of notes itself, by the functions of migration 0004, which do the same.
"""

import re
from string import ascii_lowercase
from unicodedata import normalize

ACCENTS = re.compile("[\u0300-\u036f]+")
WITHOUT_SPACES = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
WORD = re.compile("[a-z0-9]+")


def folded(text: str) -> str:
    """In small letters without accents."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", ACCENTS.sub("", normalize("NFD", text))).lower()


def words_of(text: str) -> list[str]:
    """Folded; each sign of a script that sets no spaces, as Chinese or Japanese, counts as a word."""
    text = folded(text)
    if text.isascii():
        return WORD.findall(text)
    apart = WITHOUT_SPACES.sub(r" \1 ", text)
    return "".join(sign if sign.isalpha() or sign.isdecimal() else " " for sign in apart).split()


def words_in_line(text: str) -> str:
    """With a space before, between and after them, so that whole words can be looked for."""
    return f" {' '.join(words_of(text))} "


def bucket_of(owner: int) -> str:
    """Two letters that stand before each word that PostgreSQL keeps of the owner's notes.

    Every 676th owner has the same. A search goes through the index of the words of those few alone.
    """
    first, second = divmod(owner % 26**2, 26)
    return ascii_lowercase[first] + ascii_lowercase[second]
