"""Holding back what people are told: in quiet hours, and for their daily digest.

What is held waits for a digest, which has a task of its own that lets it out. All of this happens while the
user's inbox is locked, as notifying does, so that nothing joins a digest that is just being let out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from notifications.events import Email
from notifications.models import Digest, Held, Inbox, Notification, PushSubscription
from notifications.web_push.summaries import push_what_was_held
from notifications.wishes.chosen import Channels, Wishes
from notifications.wishes.hours import Hours
from tasks.clock import database_now
from tasks.door import Schedule, schedule, start

KIND, EMAIL_KIND = "notification.digest", "notification.digest.email"
PUT_OFF = "put off, as it is quiet"
SECOND = timedelta(seconds=1)


def hold_back(notification: Notification, channels: Channels, wishes: Wishes) -> Channels:
    """Hold what is not to go out at once; gives the channels on which the rest does.

    Without digests, what would be e-mailed in one is in the inbox alone.
    """
    now, hours = database_now(), Hours(notification.user_id, wishes.settings)
    quiet_until = hours.silence(channels, now)
    if channels.email == Email.DIGEST and wishes.settings.digests:
        hold(notification, Held.Channel.EMAIL, Held.Reason.DAILY, hours.next_digest(now))
    if quiet_until is None:
        return channels
    if channels.email == Email.NOW and wishes.settings.digests:
        hold(notification, Held.Channel.EMAIL, Held.Reason.QUIET_HOURS, quiet_until)
    if channels.push and PushSubscription.objects.visible_to(notification.user).exists():
        hold(notification, Held.Channel.PUSH, Held.Reason.QUIET_HOURS, quiet_until)
    return replace(channels, in_app=False, email=Email.OFF, push=False)


def hold(notification: Notification, channel: str, reason: str, due_at: datetime) -> None:
    """Have it wait for the digest of that moment, on one channel, and for no other."""
    digest = _digest(notification.user_id, due_at)
    Held.objects.bulk_create(
        [Held(notification=notification, channel=channel, reason=reason, digest=digest)],
        update_conflicts=True,
        unique_fields=["notification", "channel"],
        update_fields=["reason", "digest"],
    )


def put_off(notification: Notification, channel: str) -> bool:
    """Hold what was to go out at once and comes late, if that is in quiet hours; gives whether it is.

    The inbox is locked.
    """
    hours = Hours(notification.user_id)
    quiet_until = hours.quiet_until(database_now())
    if quiet_until is None:
        return False
    wishes = Wishes(notification.user)
    if wishes.channels(notification.event, notification.thread).in_quiet_hours:
        return False
    if channel == Held.Channel.PUSH or hours.settings.digests:
        hold(notification, channel, Held.Reason.QUIET_HOURS, quiet_until)
    return True


def _digest(user_id: int, due_at: datetime) -> Digest:
    """The user's digest of that moment; or of one soon after it, had that been let out already, as it may
    have been when the database's clock was set back."""
    while True:
        digest, is_new = Digest.objects.get_or_create(user_id=user_id, due_at=due_at)
        if digest.closed_at is None:
            break
        due_at += SECOND
    if is_new:
        _plan(digest)
    return digest


def _plan(digest: Digest) -> None:
    """Give it the task that lets it out, at once if its moment passes while we are at it."""
    params = {"digest": digest.pk}
    try:
        at = Schedule.at(digest.due_at, "UTC")
        digest.task = schedule(KIND, owner=digest.user, params=params, schedule=at)
    except ValidationError:
        digest.task = start(KIND, owner=digest.user, params=params).task
    digest.save(update_fields=["task"])


def release(digest_id: int, user: User) -> str:
    """Let out a digest whose time has come, once; gives what became of it.

    After quiet hours, that is: it may have become late while nothing ran, and the next ones have begun.
    """
    with transaction.atomic():
        Inbox.objects.lock_or_make(user.pk)
        digest = Digest.objects.filter(pk=digest_id, user=user, closed_at=None).first()
        if digest is None:
            return "let out already, or moved"
        now = database_now()
        quiet_until = Hours(user.pk).quiet_until(now)
        if quiet_until and quiet_until > digest.due_at:
            digest.held.update(digest=_digest(user.pk, quiet_until))
            digest.delete()
            return PUT_OFF
        _close(digest, now)
    return "let out"


@transaction.atomic
def rearrange(user_id: int) -> None:
    """Give what is held the times that follow from what its user chose just now, in the same transaction.

    What is not to be waited for any more is let out at once. What is due already is on its way. The task of a
    digest that is left with nothing finds that out by itself: tasks are locked before inboxes.
    """
    Inbox.objects.lock_or_make(user_id)
    now, hours = database_now(), Hours(user_id)
    coming = Digest.objects.filter(user=user_id, closed_at=None, due_at__gt=now)
    held = Held.objects.filter(digest__in=coming)
    if not hours.settings.digests:
        held.filter(channel=Held.Channel.EMAIL).delete()
    _move(held.filter(reason=Held.Reason.QUIET_HOURS), user_id, hours.quiet_until(now) or now)
    _move(held.filter(reason=Held.Reason.DAILY), user_id, hours.next_digest(now))
    coming.filter(held=None).delete()


def _move(held: QuerySet[Held], user_id: int, due_at: datetime) -> None:
    elsewhere = held.exclude(digest__due_at=due_at)
    if elsewhere.exists():
        elsewhere.update(digest=_digest(user_id, due_at))


def _close(digest: Digest, now: datetime) -> None:
    digest.closed_at = now
    digest.save(update_fields=["closed_at"])
    if digest.held.filter(channel=Held.Channel.EMAIL).exists():
        start(EMAIL_KIND, owner=digest.user, params={"digest": digest.pk})
    push_what_was_held(digest)
