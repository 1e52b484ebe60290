"""Requests of people who are signed in, and the numbers that come with them."""

from collections.abc import Iterable

from django.http import HttpRequest

from accounts.models import User


class UserRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def to_number(text: str) -> int | None:
    """A key or a counter from an address or a form; None for what cannot be one, or fits no column."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def to_numbers(texts: Iterable[str]) -> list[int]:
    """Those that can be."""
    return [number for text in texts if (number := to_number(text)) is not None]
