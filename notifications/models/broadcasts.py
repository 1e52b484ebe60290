"""Broadcast: what staff tell many people. Announcement: a broadcast as it was shown, once per firing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from notifications.levels import Level
from tasks.models import Run, Task

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60}  # in seconds
LONGEST_SHOWN = 5 * 366 * 86_400  # seconds
WORDS = ("title", "text", "level", "audience")


class Audience(models.TextChoices):
    EVERYONE = "everyone", "Everyone"
    STAFF = "staff", "Staff"
    ONLINE = "online", "Who is online at that moment"
    CHOSEN = "chosen", "Chosen users"


class Words(models.Model):
    """What is said, and to whom."""

    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, max_length=10_000)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYONE)

    class Meta:
        abstract = True


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def with_state(self) -> Self:
        """With all that `state` needs, in the same query."""
        announced = Announcement.objects.filter(broadcast=OuterRef("pk"))
        unfinished = Run.objects.unfinished().filter(task=OuterRef("task"))
        return self.select_related("task", "author").annotate(
            is_announced=Exists(announced),
            is_current=Exists(announced.current()),
            is_under_way=Exists(unfinished),
        )


class Broadcast(Words):
    """What staff ask for. Its task shows it: now, at a time, or again and again."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled"
        REPEATING = "repeating"
        PAUSED = "paused"
        UNDER_WAY = "pending", "Being shown"
        SHOWN = "shown"
        EXPIRED = "over", "Expired"
        RETRACTED = "retracted"
        NEVER = "failed", "Not shown"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="broadcasts"
    )
    chosen = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", help_text="Who it is for, if chosen."
    )
    expires_after = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(60), MaxValueValidator(LONGEST_SHOWN)],
        help_text="Seconds after which it is shown no more; empty: until it is retracted.",
    )
    task = models.OneToOneField(
        Task, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="broadcast"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retracted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BroadcastQuerySet.as_manager()
    is_announced: bool  # these three by with_state()
    is_current: bool
    is_under_way: bool

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page for staff."""
        return reverse("notifications:broadcast", args=[self.pk])

    @property
    def state(self) -> State:
        """Needs with_state()."""
        if self.retracted_at:
            return self.State.RETRACTED
        if self.has_more_to_come:
            return self._state_of_what_is_to_come
        if self.is_under_way:
            return self.State.UNDER_WAY
        if self.is_current:
            return self.State.SHOWN
        return self.State.EXPIRED if self.is_announced else self.State.NEVER

    @property
    def has_more_to_come(self) -> bool:
        return self.task is not None and bool(self.task.next_run_at or self.task.paused_at)

    @property
    def can_be_changed(self) -> bool:
        """What is still to come can be, and what never was shown. Needs with_state()."""
        return self.state == self.State.NEVER or (self.has_more_to_come and not self.retracted_at)

    @property
    def lasts(self) -> tuple[int, str] | None:
        """How long it is shown, as people say it: in days, in hours or in minutes."""
        if self.expires_after is None:
            return None
        unit = next((name for name, of in UNITS.items() if self.expires_after % of == 0), "minutes")
        return -(-self.expires_after // UNITS[unit]), unit

    @property
    def repeats(self) -> bool:
        schedule = self.task.schedule if self.task else None
        return schedule is not None and not schedule.is_once

    @contextmanager
    def held(self) -> Iterator[Broadcast]:
        """A transaction in which nobody else shows, changes, retracts or deletes it; gives what is stored.

        Its task is taken first, as by whoever fires or deletes that, so that nobody waits in a circle.
        Raises Broadcast.DoesNotExist.
        """
        with transaction.atomic():
            Task.objects.select_for_update(of=("self",)).filter(broadcast=self.pk).first()
            Broadcast.objects.select_for_update(no_key=True).get(pk=self.pk)
            yield Broadcast.objects.with_state().get(pk=self.pk)

    @property
    def _state_of_what_is_to_come(self) -> State:
        if self.task and self.task.paused_at:
            return self.State.PAUSED
        return self.State.REPEATING if self.repeats else self.State.SCHEDULED


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def current(self) -> Self:
        """Neither retracted nor over."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), retracted_at=None)

    def over(self) -> Self:
        return self.filter(expires_at__lte=Now())

    def addressed_to(self, user: User) -> Self:
        """Those whose audience the user belongs to, from the time when they were here already."""
        named = Announcement.recipients.through.objects.filter(user=user.pk).values("announcement")
        own = Q(audience=Audience.EVERYONE) | Q(pk__in=named)
        if user.is_staff:
            own |= Q(audience=Audience.STAFF)
        return self.filter(own, published_at__gt=user.date_joined)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those in the user's inbox that are neither retracted nor over."""
        return self.current().filter(notifications__user=user.pk)


class Announcement(Words):
    """What people were shown: it stays as it was, whatever becomes of the broadcast.

    It is stored once. Somebody's inbox takes it in when they come by, as `Inbox.announcements_seen` says.
    """

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="announcements")
    run = models.OneToOneField(
        Run, null=True, editable=False, on_delete=models.SET_NULL, related_name="announcement"
    )
    number = models.PositiveBigIntegerField(unique=True, editable=False)
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], name="announcement_over", condition=Q(expires_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where whoever was told reads all of it."""
        return reverse("notifications:announcement", args=[self.pk])

    @property
    def seconds_left(self) -> int | None:
        """For how long it is shown yet, unless it is retracted; None for as long as one likes."""
        if self.expires_at is None:
            return None
        return max(0, int((self.expires_at - timezone.now()).total_seconds()))


class AnnouncementCounterManager(models.Manager["AnnouncementCounter"]):
    def take_number(self) -> int:
        """The next number; whoever else wants one waits until the transaction ends, so that they become
        visible in their order. Also what retracts an announcement takes one, for everybody to look again."""
        counter = self.filter(pk=1)
        if not counter.update(head=F("head") + 1):
            self.bulk_create([AnnouncementCounter(pk=1)], ignore_conflicts=True)
            counter.update(head=F("head") + 1)
        return counter.values_list("head", flat=True).get()

    def head(self) -> int:
        return self.filter(pk=1).values_list("head", flat=True).first() or 0


class AnnouncementCounter(models.Model):
    """The one row that announcements are numbered by."""

    head = models.PositiveBigIntegerField(default=0)

    objects = AnnouncementCounterManager()

    def __str__(self) -> str:
        return str(self.head)
