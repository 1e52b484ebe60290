"""One push about what quiet hours held back, shown as long as something of it is news."""

from __future__ import annotations

from django.db import transaction

from notifications.models import Digest, Held, Inbox, Notification, NotificationQuerySet
from notifications.web_push.sending import start_push, start_summary
from notifications.wishes.chosen import Wishes
from notifications.wishes.hours import wait_while_quiet
from tasks.clock import database_now


def push_what_was_held(digest: Digest) -> None:
    """All of it as one, unless it is but one, which is then pushed by itself. The inbox is locked."""
    news = news_of(digest)
    if len(news) == 1:
        Held.objects.filter(digest=digest, channel=Held.Channel.PUSH).delete()
        start_push(news[0])
    elif news:
        start_summary(digest)


def news_of(digest: Digest) -> list[Notification]:
    """What the user has not read, put away or deleted meanwhile, and still wants pushed; newest first."""
    visible: NotificationQuerySet = Notification.objects.visible_to(digest.user)
    held = visible.filter(held__digest=digest, held__channel=Held.Channel.PUSH)
    return Wishes(digest.user).still_wanted(held.still_news().newest_first(), lambda channels: channels.push)


def take(digest: Digest) -> list[Notification]:
    """Its news, noted as what browsers may show from now on. Raises Later in quiet hours."""
    with transaction.atomic():
        Inbox.objects.lock(digest.user_id)
        wait_while_quiet(digest.user_id, database_now())
        news = news_of(digest)
        Notification.objects.filter(pk__in=[each.pk for each in news]).update(pushed=True)
    return news
