"""What becomes of what somebody was told when their account goes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.belongings import belongings, counted
from accounts.models import User
from accounts.signals import user_deleting
from notifications.live.frames import SOMEBODY_CAME_OR_WENT
from notifications.live.pushing import push
from notifications.models import Broadcast, Held, Inbox, Notification, PushSubscription
from notifications.presence.online import PresenceUnknown, forget

logger = logging.getLogger(__name__)


@belongings
def notifications(user: User) -> Iterator[str]:
    told = Notification.objects.visible_to(user).count()
    yield from counted(told, "notification", "notifications")
    browsers = PushSubscription.objects.visible_to(user).count()
    yield from counted(browsers, "browser that takes pushes", "browsers that take pushes")
    coming = Broadcast.objects.filter(task__owner=user, task__next_run_at__isnull=False).count()
    yield from counted(coming, "broadcast to come, not to be shown", "broadcasts to come, not to be shown")


@receiver(user_deleting)
def delete_inbox(user: User, **_: Any) -> None:
    """Nobody tells them anything any more once the inbox is locked."""
    Inbox.objects.lock(user.pk)
    Held.objects.filter(notification__user=user).delete()
    Notification.objects.filter(user=user).only("pk").delete()
    transaction.on_commit(partial(_forget_presence, user.pk), robust=True)
    push(None, SOMEBODY_CAME_OR_WENT)


def _forget_presence(user_id: int) -> None:
    """Without Redis, what it knows of them is forgotten by itself within some minutes."""
    try:
        forget(user_id)
    except PresenceUnknown as error:
        logger.warning("that account %s was here is forgotten later: %r", user_id, error.__cause__)
