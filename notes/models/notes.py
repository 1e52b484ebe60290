"""Notes: what people write down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from notes.excerpts import without_marks
from notes.models.tags import Tag, key_of
from notes.searching.breadth import FEW, breadth_of
from notes.searching.expressions import Found
from notes.searching.queries import Query
from notifications.door import push

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

LONGEST_TITLE = 200
LONGEST_BODY = 100_000
SHORT_BEGINNING = 400  # characters of the body


NEWNESS = F("id") + 0


class Outdated(Exception):  # noqa: N818 - it is the note that is wrong, not the program
    """Somebody else rewrote the note meanwhile: another tab, another device, a program."""

    def __init__(self, note: Note) -> None:
        super().__init__(note)
        self.note = note


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(owner=user.pk)

    def active(self) -> Self:
        """The notes at hand: pinned ones first, in the order they were pinned, then the last changed."""
        return self.filter(archived_at=None).order_by(
            F("pinned_at").asc(nulls_last=True), "-updated_at", "-pk"
        )

    def archived(self) -> Self:
        """The notes put away, the last one first."""
        return self.filter(archived_at__isnull=False).order_by("-archived_at", "-pk")

    def newest_first(self) -> Self:
        """By an index that is of one owner alone: that of the key leads through everybody's notes."""
        return self.alias(newness=NEWNESS).order_by("-newness")

    def search(self, query: Query, owner: User) -> Self:
        """Those of the owner that the query finds in title or body, whatever their case and accents."""
        if not query or query.finds_nothing:
            return self.none() if query.finds_nothing else self
        breadth = breadth_of(self, query, owner.pk)
        if breadth.keys is not None:
            return self.filter(pk__in=breadth.keys)
        return self.filter(Found(query, owner.pk, by_index=not breadth.is_common))

    def tagged(self, name: str, owner: User) -> Self:
        """Those of the owner with a tag of this name."""
        tagged = Note.tags.through._default_manager.filter(tag__owner=owner.pk, tag__key=key_of(name))
        keys = list(tagged.values_list("note_id", flat=True)[: FEW + 1])
        if len(keys) <= FEW:
            return self.filter(pk__in=keys)
        return self.filter(tags__owner=owner.pk, tags__key=key_of(name))

    def chosen_by(
        self,
        owner: User,
        *,
        archived: bool | None = None,
        pinned: bool | None = None,
        tag: str = "",
        search: str = "",
        updated_after: datetime | None = None,
    ) -> Self:
        """Those of the owner that all of these hold for; None says nothing."""
        found = self.visible_to(owner)
        for mark, is_set in {"archived_at": archived, "pinned_at": pinned}.items():
            if is_set is not None:
                found = found.filter(**{f"{mark}__isnull": not is_set})
        if updated_after:
            found = found.filter(updated_at__gt=updated_after)
        if tag:
            found = found.tagged(tag, owner)
        return found.search(Query.parse(search), owner)

    def for_list(self, beginning: int = SHORT_BEGINNING) -> Self:
        """Without the bodies, of which a list shows something from the beginning only."""
        return self.defer("body").annotate(beginning=models.functions.Left("body", beginning))


class Note(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notes", db_index=False
    )
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField(
        blank=True,
        help_text="Markdown: **bold**, *italic*, # heading, - list, [link](https://…), `code`.",
        validators=[
            MaxLengthValidator(
                LONGEST_BODY, "A note holds up to %(limit_value)d characters, this has %(show_value)d."
            ),
        ],
    )
    tags = models.ManyToManyField(Tag, blank=True, editable=False, related_name="notes")
    pinned_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    key = models.UUIDField(null=True, editable=False, help_text="Names the form that made it.")

    objects = NoteQuerySet.as_manager()
    beginning: str  # filled by for_list()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "key"], name="note_made_once", condition=Q(key__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("owner"), NEWNESS.desc(), name="note_newest"),
            models.Index(
                fields=["owner", "pinned_at", "-updated_at", "-id"],
                name="note_at_hand",
                condition=Q(archived_at=None),
            ),
            models.Index(
                fields=["owner", "-archived_at", "-id"],
                name="note_put_away",
                condition=Q(archived_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notes:detail", args=[self.pk])

    @property
    def excerpt(self) -> str:
        """The beginning of the body in one line, without the marks of Markdown."""
        return without_marks(self.beginning)

    @property
    def tag_names(self) -> list[str]:
        return [tag.name for tag in self.tags.all()] if self.pk else []

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def says(self, *, tags: Iterable[str] | None = None, **texts: str) -> bool:
        """Whether this is its title or body, and these are its tags, whatever their case."""
        if not all(getattr(self, name) == text for name, text in texts.items()):
            return False
        return tags is None or {key_of(name) for name in tags} == {tag.key for tag in self.tags.all()}

    def rewrite(self, **texts: str) -> None:
        """Give it this title or body; what says nothing new leaves it where it was in the list.

        Raises Outdated, and is what the other made of it, if somebody rewrote it since it was read. Raises
        DoesNotExist if it is gone.
        """
        if not self.says(**texts):
            self.make_version(**texts)

    def make_version(self, **texts: str) -> None:
        """Write these as its next version, be it for its tags alone; raises as `rewrite` does."""
        changes = {**texts, "version": self.version + 1, "updated_at": timezone.now()}
        if not Note.objects.filter(pk=self.pk, version=self.version).update(**changes):
            self.refresh_from_db()
            raise Outdated(self)
        for name, value in changes.items():
            setattr(self, name, value)
        self.push()

    def push(self) -> None:
        """Have those look at it again who have it open."""
        push([self.owner_id], {"topic": f"note:{self.pk}"})

    def pin(self) -> None:
        """Keep it at the top of the list; one pinned already keeps its place."""
        self._set(pinned_at=self.pinned_at or timezone.now())

    def unpin(self) -> None:
        self._set(pinned_at=None)

    def archive(self) -> None:
        """Put it away, out of the list of those at hand."""
        self._set(archived_at=self.archived_at or timezone.now())

    def unarchive(self) -> None:
        self._set(archived_at=None)

    def _set(self, **values: object) -> None:
        """These alone, so that what somebody else changes meanwhile stays; nothing if the note is gone."""
        for name, value in values.items():
            setattr(self, name, value)
        Note.objects.filter(pk=self.pk).update(**values)
