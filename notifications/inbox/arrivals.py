"""Taking announcements into somebody's inbox when they come by: announcing costs the same however many people
there are, and coming by costs the same, too."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Subquery

from accounts.models import User
from notifications.events import BROADCAST
from notifications.live.pushing import push
from notifications.models import Announcement, AnnouncementCounter, Inbox, Notification


def take_in(user: User | AnonymousUser) -> None:
    """Write what was announced since the user was last here, and is meant for them, into their inbox.

    It costs one small query when there is nothing new, and may be called as often as one likes, in several
    tabs at the same moment, too.
    """
    if isinstance(user, User) and _something_happened_since(user):
        with transaction.atomic():
            _take_in(user, Inbox.objects.lock_or_make(user.pk))


def _something_happened_since(user: User) -> bool:
    seen = Inbox.objects.filter(user=user.pk).values("announcements_seen")
    heads = AnnouncementCounter.objects.filter(pk=1).values_list("head", Subquery(seen)).first()
    head, seen_until = heads or (0, 0)
    return head > (seen_until or 0)


def _take_in(user: User, inbox: Inbox) -> None:
    """The inbox is locked. Numbers become visible in their order: none up to the head can still come."""
    head = AnnouncementCounter.objects.head()
    news = Announcement.objects.filter(number__gt=inbox.announcements_seen, number__lte=head)
    news = news.exclude(notifications__user=user)  # as when an operator deleted the inbox with its counters
    arrived = list(news.current().addressed_to(user).defer("text").order_by("number"))
    if arrived:
        numbers = inbox.take_numbers(len(arrived))
        Notification.objects.bulk_create(
            _entry(user, announcement, number) for announcement, number in zip(arrived, numbers, strict=True)
        )
        push([user.pk], {"topic": "notifications"})
    Inbox.objects.filter(pk=inbox.pk).update(announcements_seen=head)


def _entry(user: User, announcement: Announcement, number: int) -> Notification:
    """Without the text, which may be long, and is the same for all."""
    return Notification(
        user=user,
        number=number,
        event=BROADCAST,
        title=announcement.title,
        level=announcement.level,
        url=announcement.get_absolute_url(),
        announcement=announcement,
        created_at=announcement.published_at,
    )
