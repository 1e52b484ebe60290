"""Digest: one message about several notifications. Held: what waits for it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from notifications.models.inbox import Notification
from tasks.models import Task


class Digest(models.Model):
    """What somebody is told at `due_at`, by one message on each channel; nothing joins a closed one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    task = models.OneToOneField(
        Task, null=True, editable=False, on_delete=models.SET_NULL, related_name="digest"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "due_at"], name="digest_once")]

    def __str__(self) -> str:
        return f"digest for {self.user} at {self.due_at}"


class HeldQuerySet(models.QuerySet["Held"]):
    def summed_up(self) -> Self:
        """Pushes that were let out as one."""
        return self.filter(channel=Held.Channel.PUSH, digest__closed_at__isnull=False)


class Held(models.Model):
    """A notification that waits for a digest on one channel."""

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        PUSH = "push", "Browser push"

    class Reason(models.TextChoices):
        QUIET_HOURS = "quiet", "Quiet hours"
        DAILY = "daily", "Daily digest"

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="held")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    reason = models.CharField(max_length=5, choices=Reason.choices)
    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="held")

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "held"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "channel"], name="held_once_per_channel")
        ]

    def __str__(self) -> str:
        return f"{self.notification} for {self.digest}"
