"""What people wish to be told, how, and when not."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from notifications.events import Email

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Settings(models.Model):
    """What holds for all of somebody's notifications; who has no row has the defaults.

    Quiet hours are on the clock of the user's zone, from `quiet_from` until `quiet_until`; both or neither.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_settings"
    )
    toasts = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digests = models.BooleanField(default=True)
    digest_at = models.TimeField(default=time(8))
    shows_presence = models.BooleanField(default=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "settings"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_whole",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-last_seen_at"],
                name="notification_seen",
                condition=Q(shows_presence=True, last_seen_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"notification settings of {self.user}"


class Preference(models.Model):
    """How somebody is told of one event, where they chose otherwise than the event's defaults."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    event = models.CharField(max_length=60)
    in_app = models.BooleanField()
    email = models.CharField(max_length=6, choices=Email.choices)
    push = models.BooleanField()
    in_quiet_hours = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "event"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.event} for {self.user}"


class MuteQuerySet(models.QuerySet["Mute"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(user=user.pk)


class Mute(models.Model):
    """A thread of notifications that somebody wants to hear no more of."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mutes")
    thread = models.CharField(max_length=100)
    title = models.CharField(max_length=200, help_text="As the list of what is muted calls it.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "thread"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.title} for {self.user}"
