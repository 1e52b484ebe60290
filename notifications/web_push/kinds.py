"""Sending one message to one browser, as background work."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from pydantic import Field

from notifications.models import Digest, Held, Inbox, Notification, PushSubscription
from notifications.web_push import summaries
from notifications.web_push.messages import DAY, PushMessage, showing, summary, withdrawal
from notifications.web_push.sending import start_withdrawal
from notifications.web_push.services import SubscriptionGone, accepts, post
from notifications.web_push.sessions import is_signed_in
from notifications.web_push.vapid import is_configured
from notifications.wishes.holding import PUT_OFF, put_off
from tasks.active import ActiveRun
from tasks.clock import database_now
from tasks.kinds import Params, Retry, kind

RETRY = Retry(limit=8, cap=900)
SENT = "sent"
# Browsers that end a subscription after a few pushes that show nothing.
SHOW_EVERY_PUSH = ".push.apple.com"


class ToBrowser(Params):
    subscription: int


class NotificationPush(ToBrowser):
    notification: int


class Withdrawal(ToBrowser):
    notifications: list[int]
    digests: list[int] = Field(default_factory=list)


class Summary(ToBrowser):
    digest: int


P = TypeVar("P", bound=ToBrowser)


@kind(
    "notification.push",
    title="Browser push of a notification",
    params=NotificationPush,
    retry=RETRY,
    tells=frozenset(),
    background=True,
)
def push_notification(run: ActiveRun[NotificationPush]) -> str:
    """Show it, unless it was read meanwhile, or a newer one says it, too.

    Who repeats this changes nothing: the tag is the same.
    """
    pk = run.params.notification
    with transaction.atomic():
        Inbox.objects.lock(run.owner.pk)
        news = Notification.objects.filter(user=run.owner, pk=pk, folded=False).still_news()
        notification = news.first()
        if notification and put_off(notification, Held.Channel.PUSH):
            return PUT_OFF
        news.update(pushed=True)
    if notification is None:
        if run.row.attempts_made > 1:
            _withdraw_late(run)
        return "no news any more, not sent"
    replaced = Notification.objects.with_folded(notification).filter(user=run.owner, pushed=True)
    pks = list(replaced.exclude(pk=pk).newest_first().values_list("pk", flat=True))
    outcome = _send(run, showing(notification, pks))
    if outcome == SENT and not Notification.objects.still_news().filter(pk=pk).exists():
        _withdraw_late(run)
    return outcome


def _withdraw_late(run: ActiveRun[NotificationPush]) -> None:
    """It was read while it was sent: it may have been taken back before it arrived."""
    start_withdrawal(run.owner, [run.params.subscription], [run.params.notification])


@kind(
    "notification.push.withdrawal",
    title="Taking back browser pushes",
    params=Withdrawal,
    retry=RETRY,
    tells=frozenset(),
    background=True,
)
def push_withdrawal(run: ActiveRun[Withdrawal]) -> str:
    """Show no more what was read elsewhere."""
    return _send(run, withdrawal(run.params.notifications, run.params.digests))


@kind(
    "notification.push.summary",
    title="Browser push of several notifications",
    params=Summary,
    retry=RETRY,
    tells=frozenset(),
    background=True,
)
def push_summary(run: ActiveRun[Summary]) -> str:
    """Show what of it is news by now. Who repeats this changes nothing: the tag is the same."""
    digest = Digest.objects.select_related("user").get(pk=run.params.digest, user=run.owner)
    news = summaries.take(digest)
    outcome = _send(run, summary(digest.pk, news)) if news else "no news any more, not sent"
    may_be_shown = outcome == SENT or run.row.attempts_made > 1
    if may_be_shown and not summaries.news_of(digest):
        start_withdrawal(run.owner, [run.params.subscription], [], [digest.pk])
    return outcome


def _send(run: ActiveRun[P], message: PushMessage) -> str:
    """To the browser, while its user is signed in there and it is worth it; gives what became of it."""
    subscription = (
        PushSubscription.objects.active().filter(user=run.owner, pk=run.params.subscription).first()
    )
    age = (database_now() - run.row.due_at).total_seconds()
    if subscription is None or not is_configured():
        return "turned off meanwhile, not sent"
    if not is_signed_in(subscription) or not accepts(subscription.endpoint):
        unchanged = {"pk": subscription.pk, "session_key": subscription.session_key}
        PushSubscription.objects.filter(**unchanged).delete()
        return "signed out meanwhile, not sent"
    if age > DAY:
        return "too late to be worth it, not sent"
    if "show" not in message.content and SHOW_EVERY_PUSH in subscription.endpoint:
        return "would end the subscription there, not sent"
    try:
        post(subscription, message.encode(), message.headers(age))
    except SubscriptionGone:
        PushSubscription.objects.filter(pk=subscription.pk, p256dh=subscription.p256dh).delete()
        return "the browser takes no pushes any more"
    return SENT
