"""What notes store, each subject in a module of its own."""

from notes.models.editions import Edition
from notes.models.exports import Export, ExportQuerySet
from notes.models.notes import (
    LONGEST_BODY,
    LONGEST_TITLE,
    NEWNESS,
    SHORT_BEGINNING,
    Note,
    NoteQuerySet,
    Outdated,
)
from notes.models.tags import LONGEST_TAG, MOST_TAGS, Tag, TagQuerySet, key_of

__all__ = [
    "LONGEST_BODY",
    "LONGEST_TAG",
    "LONGEST_TITLE",
    "MOST_TAGS",
    "NEWNESS",
    "SHORT_BEGINNING",
    "Edition",
    "Export",
    "ExportQuerySet",
    "Note",
    "NoteQuerySet",
    "Outdated",
    "Tag",
    "TagQuerySet",
    "key_of",
]
