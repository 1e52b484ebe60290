"""Tags: how typed words become some, and what happens to them."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from notes.models import LONGEST_TAG, MOST_TAGS, Note, Tag, key_of
from notes.writing import one_line

BETWEEN = re.compile(r"[,\r\n]+")
TOO_MANY = f"A note has up to {MOST_TAGS} tags, these are %(count)d."
TOO_LONG = f"A tag has up to {LONGEST_TAG} characters, “%(name)s” has %(length)d."
WITH_COMMA = "A tag is without commas, which stand between tags."


def split(text: str) -> list[str]:
    """The tags in a text: apart by commas or lines. Raises ValidationError."""
    return distinct(BETWEEN.split(text))


def distinct(names: Iterable[str]) -> list[str]:
    """Each once, whatever its case, as it is kept. Raises ValidationError."""
    kept: dict[str, str] = {}
    for typed in names:
        if name := clean(typed):
            kept.setdefault(key_of(name), name)
    if len(kept) > MOST_TAGS:
        raise ValidationError(TOO_MANY, code="too_many", params={"count": len(kept)})
    return list(kept.values())


def clean(typed: str) -> str:
    """A name as it is kept; empty for nothing that can be seen. Raises ValidationError."""
    name = normalize("NFC", one_line(typed)).lstrip("# ")
    if "," in name:
        raise ValidationError(WITH_COMMA, code="invalid")
    if len(name) > LONGEST_TAG:
        raise ValidationError(TOO_LONG, code="max_length", params={"name": name, "length": len(name)})
    return name


@transaction.atomic
def tag(note: Note, names: Iterable[str]) -> None:
    """Let the note have these tags and no others; names as `split` or `distinct` give them."""
    wanted = {key_of(name): name for name in names}
    if wanted.keys() == {each.key for each in note.tags.all()}:
        return
    one_at_a_time(note.owner_id)
    missing = wanted.keys() - _found(note.owner_id, wanted).keys()
    Tag.objects.bulk_create(Tag(owner_id=note.owner_id, name=wanted[key], key=key) for key in missing)
    note.tags.set(_found(note.owner_id, wanted).values())
    sweep(note.owner_id)


@transaction.atomic
def rename(tag: Tag, name: str) -> None:
    """Give it a cleaned name. Raises ValidationError when another tag is called so already."""
    one_at_a_time(tag.owner_id)
    key = key_of(name)
    if Tag.objects.filter(owner=tag.owner_id, key=key).exclude(pk=tag.pk).exists():
        raise ValidationError(f"You have a tag called “{name}” already.", code="unique")
    tag.name, tag.key = name, key
    Tag.objects.filter(pk=tag.pk).update(name=name, key=key)


@transaction.atomic
def delete(tag: Tag) -> None:
    """Take it off all notes, which stay the versions that they are."""
    one_at_a_time(tag.owner_id)
    tag.delete()


def one_at_a_time(owner: int) -> None:
    """Wait for whatever else changes the owner's tags: one that is unused now may be taken up meanwhile."""
    User.objects.select_for_update(no_key=True).get(pk=owner)


def sweep(owner: int) -> None:
    """Delete the owner's tags that no note has any more."""
    Tag.objects.filter(owner=owner, notes=None).delete()


def suggestions(owner: User, typed: str) -> list[str]:
    """Up to eight of one's own tags with a word that begins so."""
    key = key_of(typed.strip())
    mine = Tag.objects.visible_to(owner)
    beginning = mine.filter(key__startswith=key)[:8]
    within = mine.filter(key__contains=f" {key}").exclude(key__startswith=key)[:8] if key else []
    return [tag.name for tag in [*beginning, *within]][:8]


def _found(owner: int, keys: Iterable[str]) -> dict[str, Tag]:
    return {tag.key: tag for tag in Tag.objects.filter(owner=owner, key__in=list(keys))}
