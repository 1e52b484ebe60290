"""Reminder: a task that rings. Occurrence: one time it came due, until it is done. Ring: a run that tells."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse

from notifications.door import push, settle
from tasks.clock import database_now, in_seconds
from tasks.models import Run, Task, TaskQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from reminders.kinds import ReminderParams

KIND = "reminder"
SECONDS_BETWEEN_READINGS = 300.0


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

    @property
    def ways(self) -> ReminderParams:
        """How it reminds."""
        from reminders.kinds import ReminderParams  # noqa: PLC0415 - the kind needs this model

        return ReminderParams.model_validate(self.params)

    def push(self) -> None:
        """Let lists of reminders that are open somewhere be fetched again."""
        push([self.owner_id], {"topic": "runs"})


def waiting_rings() -> models.Prefetch[str, models.QuerySet[Ring], str]:
    """The rings of occurrences that are to come, for their `waiting_ring`."""
    return models.Prefetch("rings", queryset=Ring.objects.waiting().order_by("-pk"), to_attr="waiting_rings")


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(task__owner=user.pk)

    def with_buttons(self) -> Self:
        """With all that their buttons need, in two queries however many there are."""
        return self.select_related("task__owner").prefetch_related(waiting_rings())

    def open(self) -> Self:
        """Those that wait to be done, the last one first."""
        return self.filter(acknowledged_at=None, replaced_at=None).order_by("-pk")


class Occurrence(models.Model):
    """One time a reminder came due. It rings again, when snoozed or nagging, until it is acknowledged.

    When the reminder comes due anew, that replaces what was not done; what is snoozed still rings. While the
    reminder is paused nothing nags; what is snoozed rings even so.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="occurrences")
    due_at = models.DateTimeField(editable=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OccurrenceQuerySet.as_manager()
    waiting_rings: list[Ring]  # filled by waiting_rings()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["task"],
                name="occurrence_open",
                condition=models.Q(acknowledged_at=None, replaced_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"occurrence {self.pk} of task {self.task_id}"

    def get_absolute_url(self) -> str:
        """Where its buttons are, as a fragment."""
        return reverse("reminders:occurrence", args=[self.pk])

    @property
    def panel(self) -> str:
        """The same with a link to what the reminder is about, for a notification."""
        return f"{self.get_absolute_url()}?about=shown"

    @property
    def topic(self) -> str:
        return f"occurrence:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits to be done."""
        return self.acknowledged_at is None and self.replaced_at is None

    @property
    def is_done(self) -> bool:
        return self.acknowledged_at is not None

    @property
    def is_last(self) -> bool:
        """Whether its reminder has not come due since, and will not any more."""
        schedule = self.task.schedule
        repeats = schedule is not None and not schedule.is_once
        came_since = self.task.occurrences.filter(due_at__gt=self.due_at)
        return not (self.task.next_run_at or repeats or came_since.exists())

    @property
    def waiting_ring(self) -> Ring | None:
        """The one that is to come."""
        if hasattr(self, "waiting_rings"):
            return self.waiting_rings[0] if self.waiting_rings else None
        return self.rings.waiting().order_by("-pk").first()

    @property
    def snoozed_until(self) -> datetime | None:
        ring = self.waiting_ring
        return ring.run.due_at.replace(microsecond=0) if ring and ring.cause == Ring.Cause.SNOOZE else None

    def acknowledge(self) -> bool:
        """Done: it rings no more. Gives False when that was so already.

        Raises Occurrence.DoesNotExist when the reminder was just deleted, as does `snooze`.
        """
        with self.held():
            if self.is_done:
                return False
            self.acknowledged_at = database_now()
            self.save(update_fields=["acknowledged_at"])
            self.cancel_waiting_rings()
            self._tell_pages()
        return True

    def snooze(self, until: datetime) -> bool:
        """Ring again at `until`, also while the reminder is paused, instead of what was to come.

        Gives False when it is done, and so rings no more.
        """
        with self.held():
            if self.is_done:
                return False
            self.replaced_at = None
            self.save(update_fields=["replaced_at"])
            self.cancel_waiting_rings()
            self.ring_at(until, Ring.Cause.SNOOZE)
            self._tell_pages()
        return True

    @contextmanager
    def held(self) -> Iterator[None]:
        """A transaction in which nobody else changes it. Whoever changes what belongs to a reminder holds its
        task first of all, as who deletes it does, so that nobody waits for each other."""
        with transaction.atomic():
            Task.objects.select_for_update(no_key=True).filter(pk=self.task_id).first()
            self.refresh_from_db()
            yield

    def ring_at(self, moment: datetime, cause: Ring.Cause) -> Ring:
        """Let it ring once more. Needs it to be held."""
        second = moment.replace(microsecond=0)
        run = Run.objects.create(
            task=self.task,
            due_at=self._free_moment(second),
            next_attempt_at=second,
            tries_left=self.task.kind.retry.limit,
        )
        return Ring.objects.create(run=run, occurrence=self, cause=cause)

    def cancel_waiting_rings(self, **which: str) -> None:
        """Those `which` match; also one that a worker has in hands already and has not told of. Needs it to
        be held."""
        for ring in self.rings.waiting().filter(**which):
            ring.run.cancel()

    def _free_moment(self, second: datetime) -> datetime:
        """Schedules fire at whole seconds; no firing of theirs, and no other ring, has this moment."""
        there = self.task.runs.filter(due_at__gt=second, due_at__lt=second + timedelta(seconds=1))
        last: datetime | None = there.aggregate(last=models.Max("due_at"))["last"]
        return (last or second) + timedelta(microseconds=1)

    def _tell_pages(self) -> None:
        """Wherever its buttons are shown, what it is now is shown instead."""
        settle(self.task.owner, self.panel)
        self.push()

    def push(self) -> None:
        for topic in (self.topic, "runs"):
            push([self.task.owner_id], {"topic": topic})


class RingQuerySet(models.QuerySet["Ring"]):
    def waiting(self) -> Self:
        """Those that are to come, or that a worker is just about to tell of."""
        unfinished = [Run.State.PENDING, Run.State.RUNNING]
        return self.filter(rung_at=None, run__state__in=unfinished).select_related("run__task")

    def rung(self) -> Self:
        return self.filter(rung_at__isnull=False)

    def nags(self) -> Self:
        return self.filter(cause=Ring.Cause.NAG)


class Ring(models.Model):
    """A run that tells, or told, of an occurrence."""

    class Cause(models.TextChoices):
        DUE = "due", "It came due"
        SNOOZE = "snooze", "It was snoozed"
        NAG = "nag", "It was not done"

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="ring")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="rings")
    cause = models.CharField(max_length=6, choices=Cause.choices, default=Cause.DUE)
    rung_at = models.DateTimeField(null=True, blank=True)

    objects = RingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"ring of run {self.run_id}"


class CalendarFeedManager(models.Manager["CalendarFeed"]):
    def renew(self, user: User) -> str:
        """Give the user a new key, in place of the one they may have; it is kept nowhere."""
        key = secrets.token_urlsafe(32)
        fields = {"token_hash": _hashed(key), "created_at": Now(), "read_at": None}
        self.update_or_create(user=user, defaults=fields)
        return key

    def opened_by(self, key: str) -> CalendarFeed | None:
        """The feed of whom the key is from; None if that is nobody (any more), or the account is disabled."""
        feeds = self.select_related("user").filter(user__is_active=True)
        return feeds.filter(token_hash=_hashed(key)).first()


class CalendarFeed(models.Model):
    """The secret address under which a calendar program reads somebody's reminders; only its hash is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[CalendarFeedManager] = CalendarFeedManager()

    def __str__(self) -> str:
        return f"calendar feed of {self.user}"

    def note_reading(self) -> None:
        """Keep when it was last read, to some minutes, so that an eager program makes us write little."""
        lately = in_seconds(-SECONDS_BETWEEN_READINGS)
        same = CalendarFeed.objects.filter(pk=self.pk, token_hash=self.token_hash)
        same.filter(models.Q(read_at=None) | models.Q(read_at__lt=lately)).update(read_at=Now())


def _hashed(key: str) -> str:
    """Keys are long and random: without salt or stretching, none is found from its hash."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


class ZoneQuestion(models.Model):
    """Somebody left a time zone, and has not said yet what becomes of what follows the clock there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "time_zone"], name="zone_question_once")
        ]

    def __str__(self) -> str:
        return f"question about {self.time_zone}"
