"""Titles: of tasks, and of what is told of them."""

from django.utils.text import Truncator

LONGEST_TITLE = 200
# They hold emoji of several people together, and letters of Persian or Hindi words apart.
JOINERS = "\u200c\u200d"


def one_line(title: str) -> str:
    """Fit to be a title and the subject of an e-mail: its words, without control characters."""
    printable = "".join(
        character if character.isprintable() or character in JOINERS else " " for character in title
    )
    return Truncator(" ".join(printable.split())).chars(LONGEST_TITLE)
