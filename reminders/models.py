"""Reminder: a task that rings. Occurrence: one time it came due, until it is done. Ring: a run that tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.urls import reverse

from tasks.models import Run, Task, TaskQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

KIND = "reminder"


class ReminderManager(models.Manager["Reminder"].from_queryset(TaskQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> TaskQuerySet:
        found: TaskQuerySet = super().get_queryset().filter(kind_name=KIND)
        return found


class Reminder(Task):
    """A task of the kind “reminder”; its parameters are those of `reminders.kinds.ReminderParams`."""

    objects: ClassVar = ReminderManager()

    class Meta:
        proxy = True

    def get_absolute_url(self) -> str:
        return reverse("reminders:detail", args=[self.pk])


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(task__owner=user.pk)

    def open(self) -> Self:
        """Those that rang and were not acknowledged, the last one first."""
        rung = Ring.objects.filter(occurrence=OuterRef("pk"), rung_at__isnull=False)
        return self.filter(Exists(rung), acknowledged_at=None).order_by("-pk")


class Occurrence(models.Model):
    """One time a reminder came due. It rings again, when snoozed or nagging, until it is acknowledged."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="occurrences")
    due_at = models.DateTimeField(editable=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["task"], name="occurrence_open", condition=models.Q(acknowledged_at=None))
        ]

    def __str__(self) -> str:
        return f"occurrence {self.pk} of task {self.task_id}"


class Ring(models.Model):
    """A run that tells, or told, of an occurrence: the first one, or one after a snooze or a nag."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="ring")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="rings")
    rung_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"ring of run {self.run_id}"


class CalendarFeed(models.Model):
    """The secret address under which a calendar program reads somebody's reminders; only its hash is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"calendar feed of {self.user}"
