"""Changing somebody's inbox, so that all their tabs and devices hear of it."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.deletion import explains, is_going
from notifications.live.pushing import push
from notifications.models import Inbox, Notification, NotificationQuerySet
from notifications.web_push.sending import withdrawing


def change(user_id: int, act: Callable[[NotificationQuerySet], int]) -> int:
    """Have `act` change some of the user's notifications while nobody else does; gives how many it did.

    `act` is given all of them, also those that are not shown any more, and says how many it changed. Changes
    nothing when the account is being deleted, or was just now.
    """
    if is_going(user_id):
        return 0
    try:
        return _change(user_id, act)
    except IntegrityError as error:
        if not explains(error, user_id):
            raise
        return 0


@transaction.atomic
def _change(user_id: int, act: Callable[[NotificationQuerySet], int]) -> int:
    # Made if it is not there: without a lock, who is told the first thing meanwhile is in the way.
    Inbox.objects.lock_or_make(user_id)
    with withdrawing(user_id):
        changed = act(Notification.objects.filter(user=user_id))
    if changed:
        Inbox.objects.filter(user=user_id).update(version=F("version") + 1)
        push([user_id], {"topic": "notifications"})
    return changed
