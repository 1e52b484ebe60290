"""Browser push: telling people's browsers while no page of ours is open, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from accounts.models import User
from notifications.models import Digest, Held, Notification, NotificationQuerySet, PushSubscription
from notifications.web_push.messages import MOST_SUMMARIES, MOST_WITHDRAWN
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


def start_summary(digest: Digest) -> None:
    """The same for one message about all that a digest held."""
    for subscription in _subscriptions_of(digest.user_id):
        params = {"subscription": subscription, "digest": digest.pk}
        start("notification.push.summary", owner=digest.user, params=params)


@contextmanager
def withdrawing(user_id: int) -> Iterator[None]:
    """Take back from browsers what is no news any more after what is done here. The inbox is locked."""
    pushed = Notification.objects.filter(user=user_id, pushed=True)
    before = set(pushed.values_list("pk", flat=True)) if is_configured() else set()
    summaries = _summaries_of(pushed) if before else set()
    yield
    if before:
        news = pushed.still_news()
        over = before - set(news.values_list("pk", flat=True))
        if over:
            summaries -= _summaries_of(news)
            pushed.filter(pk__in=over).update(pushed=False)
            start_withdrawal(User.objects.get(pk=user_id), _subscriptions_of(user_id), over, summaries)


def _summaries_of(notifications: NotificationQuerySet) -> set[int]:
    """The keys of the digests whose summaries tell of them."""
    held = Held.objects.summed_up().filter(notification__in=notifications)
    return set(held.values_list("digest", flat=True))


def start_withdrawal(
    user: User, subscriptions: Iterable[int], pks: Collection[int], digests: Collection[int] = ()
) -> None:
    """Have these of the user's browsers show none of these notifications, and of the summaries of these
    digests, any more, by one message to each."""
    for subscription in subscriptions:
        params = {
            "subscription": subscription,
            "notifications": sorted(pks, reverse=True)[:MOST_WITHDRAWN],
            "digests": sorted(digests, reverse=True)[:MOST_SUMMARIES],
        }
        start("notification.push.withdrawal", owner=user, params=params)


def _subscriptions_of(user_id: int) -> list[int]:
    if not is_configured():
        return []
    return list(PushSubscription.objects.active().filter(user=user_id).values_list("pk", flat=True))
