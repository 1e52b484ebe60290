"""What somebody would lose with their account, in words. Each app registers its own."""

from collections.abc import Callable, Iterable

from accounts.models import User

Words = Callable[[User], Iterable[str]]
_words: list[Words] = []


def belongings(words: Words) -> Words:
    """Register the decorated function, which gives lines such as “3 notes”, or none."""
    _words.append(words)
    return words


def of(user: User) -> list[str]:
    """All lines, those of the highest floor, which people know best, first."""
    return [line for words in reversed(_words) for line in words(user)]


def counted(count: int, one: str, several: str) -> list[str]:
    """A line with the number, or none where there is nothing."""
    return [f"{count:,} {one if count == 1 else several}"] if count else []
