"""Where browsers take pushes while no page of ours is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(user=user.pk)


class PushSubscription(models.Model):
    """A browser that allowed it (Web Push, RFC 8030), for as long as somebody is signed in there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.TextField(help_text="The address at the browser's push service.")
    endpoint_hash = models.CharField(max_length=64, editable=False, help_text="SHA-256, in hexadecimal.")
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    session_key = models.CharField(max_length=40, editable=False, db_index=True)
    browser = models.CharField(max_length=100, blank=True, help_text="As people know it.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint_hash"], name="push_subscription_once")
        ]

    def __str__(self) -> str:
        return f"{self.browser} of {self.user}"
