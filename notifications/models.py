"""What people are told: numbered for each of them without a gap, so that “after 7” misses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class InboxManager(models.Manager["Inbox"]):
    def take_number(self, user: User) -> int:
        """The next number of `user`, for a row written in the same transaction.

        Whoever else wants a number of this user waits until that transaction ends; so numbers are handed
        out in the order of their commits, and one that is rolled back is handed out again.
        """
        inbox = self.filter(user=user)
        if not inbox.update(head=F("head") + 1):
            last = Notification.objects.visible_to(user).aggregate(last=Max("number"))["last"]
            self.bulk_create([Inbox(user=user, head=last or 0)], ignore_conflicts=True)
            inbox.update(head=F("head") + 1)
        return inbox.values_list("head", flat=True).get()


class Inbox(models.Model):
    """The counter a person's notifications are numbered by."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox")
    head = models.PositiveBigIntegerField(default=0)

    objects = InboxManager()

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self) -> str:
        return f"inbox of {self.user}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(user=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def mark_read(self) -> int:
        """Mark those that are not yet; gives how many that were."""
        return self.unread().update(read_at=Now())

    def withdraw(self) -> int:
        """What they are about is gone: they count as read, lead nowhere, and have no buttons any more."""
        return self.update(read_at=Coalesce("read_at", Now()), url="", panel="")


class Notification(models.Model):
    class Level(models.TextChoices):
        INFO = "info"
        SUCCESS = "success"
        ERROR = "error"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    number = models.PositiveBigIntegerField(editable=False)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    url = models.CharField(
        max_length=500, blank=True, help_text="Where on this site one sees what it is about."
    )
    panel = models.CharField(
        max_length=500, blank=True, help_text="Where its buttons are, as an HTML fragment."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "number"], name="notification_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None))
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where opening it marks it read and leads on to what it is about."""
        return reverse("notifications:detail", args=[self.pk])

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
