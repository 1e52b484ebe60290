"""Tags: words of one's own on notes. One that no note has any more is gone; `notes.tagging` sees to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from unicodedata import normalize

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

LONGEST_TAG = 50
MOST_TAGS = 20  # of a note


def key_of(name: str) -> str:
    """The name as it is compared."""
    return normalize("NFC", normalize("NFC", name).casefold())


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(owner=user.pk)

    def with_counts(self) -> Self:
        return self.annotate(note_count=Count("notes")).order_by("key")  # what is grouped forgets its order


class Tag(models.Model):
    """`key` is the name as it is compared: there is one of a name for each owner, whatever its case."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tags", db_index=False
    )
    name = models.CharField(max_length=LONGEST_TAG)
    key = models.CharField(max_length=3 * LONGEST_TAG, editable=False)  # “ß” becomes “ss”, and so on

    objects = TagQuerySet.as_manager()
    note_count: int  # filled by with_counts()

    class Meta:
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="tag_once"),
            models.CheckConstraint(condition=~Q(key=""), name="tag_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("notes:tag", args=[self.pk])
