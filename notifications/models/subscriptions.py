"""Where browsers take pushes while no page of ours is open."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_BROWSERS = 20  # of one person


def hash_of(endpoint: str) -> str:
    return sha256(endpoint.encode()).hexdigest()


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.active().filter(user=user.pk)

    def active(self) -> Self:
        return self.filter(removed_at=None)

    def at(self, endpoint: str) -> Self:
        return self.filter(endpoint_hash=hash_of(endpoint))

    def keep(self, user: User, endpoint: str, *, again: bool, **fields: str) -> bool:
        """Store what a browser subscribed with. Whoever had subscribed there before has not any more, and of
        too many the oldest go.

        `again`: nobody asked for it, the browser just says that it is there. Gives False, and stores nothing,
        when the user removed it meanwhile.
        """
        with transaction.atomic():
            found = self.select_for_update().at(endpoint).first()
            if again and found and found.user_id == user.pk and found.removed_at:
                return False
            values = {"user": user, "endpoint": endpoint, "removed_at": None, **fields}
            self.update_or_create(endpoint_hash=hash_of(endpoint), defaults=values)
            newest = self.filter(user=user).order_by("-created_at", "-pk").values_list("pk", flat=True)
            self.filter(pk__in=list(newest[MOST_BROWSERS:])).delete()
        return True


class PushSubscription(models.Model):
    """A browser that allowed it (Web Push, RFC 8030), for as long as somebody is signed in there.

    One that was removed from another browser is kept, so that it is not taken for lost and brought back.
    """

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
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint_hash"], name="push_subscription_once")
        ]

    def __str__(self) -> str:
        return f"{self.browser} of {self.user}"
