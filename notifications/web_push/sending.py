"""Browser push: telling people's browsers while no page of ours is open, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from accounts.models import User
from notifications.models import Notification, PushSubscription
from notifications.web_push.messages import MOST_WITHDRAWN
from notifications.web_push.vapid import is_configured
from tasks.door import start


def start_push(notification: Notification) -> None:
    """Have all browsers of its user that take pushes show it, in the transaction that is open.

    Each browser is a run of its own: what one push service makes of it is nothing to the others.
    """
    for subscription in _subscriptions_of(notification.user_id):
        start(
            "notification.push",
            owner=notification.user,
            params={"subscription": subscription, "notification": notification.pk},
        )


def start_summary(user: User, title: str, body: str, url: str) -> None:
    """The same for one message about several notifications, which leads to `url`, a path of this site."""
    for subscription in _subscriptions_of(user.pk):
        params = {"subscription": subscription, "title": title, "body": body, "url": url}
        start("notification.push.summary", owner=user, params=params)


@contextmanager
def withdrawing(user_id: int) -> Iterator[None]:
    """Take back from browsers what is no news any more after what is done here. The inbox is locked."""
    pushed = Notification.objects.filter(user=user_id, pushed=True)
    before = set(pushed.values_list("pk", flat=True)) if is_configured() else set()
    yield
    if before:
        over = before - set(pushed.still_news().values_list("pk", flat=True))
        if over:
            pushed.filter(pk__in=over).update(pushed=False)
            start_withdrawal(User.objects.get(pk=user_id), over, _subscriptions_of(user_id))


def start_withdrawal(user: User, pks: Collection[int], subscriptions: Iterable[int]) -> None:
    """Have these of the user's browsers show none of these notifications any more, by one message to each."""
    newest = sorted(pks, reverse=True)[:MOST_WITHDRAWN]
    for subscription in subscriptions:
        params = {"subscription": subscription, "notifications": newest}
        start("notification.push.withdrawal", owner=user, params=params)


def _subscriptions_of(user_id: int) -> list[int]:
    if not is_configured():
        return []
    return list(PushSubscription.objects.active().filter(user=user_id).values_list("pk", flat=True))
