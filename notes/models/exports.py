"""Export: a zip of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Now
from django.template.defaultfilters import filesizeformat, pluralize

from tasks.models import Run

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(run__task__owner=user.pk)

    def current(self) -> Self:
        return self.filter(expires_at__gt=Now())

    def expired(self) -> Self:
        return self.filter(expires_at__lte=Now())


class Export(models.Model):
    """The zip of notes that a run made: a file in the private storage, for as long as this row is there."""

    run = models.OneToOneField(Run, editable=False, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=100, unique=True, editable=False)
    size = models.PositiveBigIntegerField(editable=False, help_text="In bytes.")
    note_count = models.PositiveIntegerField(editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)

    objects = ExportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"export of run {self.run_id}"

    @property
    def summary(self) -> str:
        size = filesizeformat(self.size).replace("\xa0", " ")
        return f"{self.note_count} note{pluralize(self.note_count)}, {size}"
