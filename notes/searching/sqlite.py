"""SQLite knows no words: it is given the function that Python has."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from notes.searching.words import words_in_line


def teach_words(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A receiver of `connection_created`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("notes_words", 1, words_in_line, deterministic=True)
