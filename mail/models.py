"""Delivery: one e-mail of a run to one recipient. Refusal: who asked for none. DailyCount: a day's mail."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from mail import addresses
from tasks.models import Run

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def new_message_id() -> str:
    return f"<{secrets.token_urlsafe(18)}@{urlsplit(settings.SITE_URL).hostname}>"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(run__in=Run.objects.visible_to(user))

    def pending(self) -> Self:
        return self.filter(state=Delivery.State.PENDING)

    def due(self) -> Self:
        """Those to be sent now: in the order they were asked for, after them what was tried in vain."""
        return self.pending().filter(next_attempt_at__lte=Now()).order_by("attempts", "doubts", "pk")

    def in_doubt(self, calls: int = 1) -> Self:
        """Those that may have been sent: so many calls they were in came to an end that nobody knows."""
        return self.pending().filter(doubts__gte=calls)

    def counts(self) -> dict[str, int]:
        """How many there are in each state."""
        return dict(self.order_by().values_list("state").annotate(models.Count("pk")))


class Delivery(models.Model):
    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"
        SKIPPED = "skipped"
        CANCELLED = "cancelled"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text="Who was picked by name or usercode; the sender never sees their address.",
    )
    address = models.CharField(max_length=addresses.MAX_LENGTH)
    by_name = models.BooleanField(default=False, editable=False)  # outlasts the account of `user`
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    message_id = models.CharField("Message-ID", max_length=320, default=new_message_id, editable=False)
    attempts = models.PositiveIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(
        default=0,
        editable=False,
        help_text="Calls of several messages that it was in and that nobody knows the end of.",
    )
    next_attempt_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "address"], name="delivery_once_per_address")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["address", "sent_at"], name="delivery_sent", condition=Q(sent_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} of run {self.run_id}"

    @property
    def label(self) -> str:
        """What its owner may see of the recipient: never the address of somebody picked by name."""
        if self.user:
            return self.user.username
        return "somebody who left" if self.by_name else addresses.readable(self.address)

    @property
    def is_undecided(self) -> bool:
        return self.state == self.State.UNKNOWN

    @property
    def waits_to_try_again(self) -> bool:
        return self.state == self.State.PENDING and bool(self.error)


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def against(self, sender: User) -> Self:
        """Refusals that `sender` has to honour."""
        return self.filter(Q(sender=sender) | Q(sender=None))


class Refusal(models.Model):
    """The wish of the person behind an address not to be written to, by one sender or by anybody here."""

    address = models.CharField(max_length=addresses.MAX_LENGTH)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="refusals_met",
        help_text="Empty: from anybody here.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RefusalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["address", "sender"], name="refusal_of_sender"),
            models.UniqueConstraint(fields=["address"], condition=Q(sender=None), name="refusal_of_all"),
        ]

    def __str__(self) -> str:
        return f"refusal {self.pk}"


class DailyCount(models.Model):
    """How many messages somebody asked for on one day (UTC)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "day"], name="daily_count_once")]

    def __str__(self) -> str:
        return f"{self.count} on {self.day}"
