"""The links in our e-mails by which people say that they want no more such ones (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from notifications.events import Email, event_named
from notifications.models import Inbox, Settings
from notifications.wishes.choosing import choose
from notifications.wishes.holding import rearrange

DIGESTS = ""
_signer = signing.Signer(salt="notifications.unsubscribing")


@dataclass(frozen=True)
class Subscription:
    """What a link ends: e-mail about one event, or digests. It works for as long as there is the account."""

    user_id: int
    event: str

    @property
    def title(self) -> str:
        return "" if self.event == DIGESTS else event_named(self.event).title

    def end(self) -> None:
        """That alone, once; again changes nothing."""
        with transaction.atomic():
            Inbox.objects.lock_or_make(self.user_id)
            if self.event == DIGESTS:
                Settings.objects.update_or_create(user_id=self.user_id, defaults={"digests": False})
                rearrange(self.user_id)
            else:
                choose(self.user_id, self.event, email=Email.OFF)


def link_for_event(user: User, event: str) -> str:
    return _link(Subscription(user.pk, event))


def link_for_digests(user: User) -> str:
    return _link(Subscription(user.pk, DIGESTS))


def _link(subscription: Subscription) -> str:
    token = _signer.sign_object([subscription.user_id, subscription.event])
    return settings.SITE_URL + reverse("notifications:unsubscribe", args=[token])


def read(token: str) -> Subscription:
    """Raises BadSignature for what is not ours."""
    user_id, event = _signer.unsign_object(token)
    return Subscription(user_id, event)
