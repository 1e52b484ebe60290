"""Broadcast: what staff tell many people. Announcement: a broadcast as it was shown, once per firing."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from notifications.levels import Level
from tasks.models import Run, Task


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


class Broadcast(Words):
    """What staff ask for. Its task shows it: now, at a time, or again and again."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="broadcasts"
    )
    chosen = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", help_text="Who it is for, if chosen."
    )
    expires_after = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(60)],
        help_text="Seconds after which it is shown no more; empty: until it is retracted.",
    )
    task = models.OneToOneField(
        Task, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="broadcast"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retracted_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.title


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def current(self) -> Self:
        """Neither retracted nor over."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), retracted_at=None)


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

    def __str__(self) -> str:
        return self.title


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
