"""Whom a broadcast is for, who is there to hear of it, and who of them wants no toast at the moment."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from notifications.chunks import chunks
from notifications.models import Announcement, Broadcast, Settings
from notifications.models.broadcasts import Audience
from notifications.presence.online import online_users_even_hidden
from notifications.wishes.hours import Hours
from tasks.clock import database_now


def recipients_of(broadcast: Broadcast) -> list[int]:
    """Whom it is for at this moment, where that has to be written down. Raises PresenceUnknown."""
    if broadcast.audience == Audience.CHOSEN:
        return list(broadcast.chosen.filter(is_active=True).values_list("pk", flat=True))
    if broadcast.audience == Audience.ONLINE:
        online = chunks(online_users_even_hidden())
        users = (User.objects.filter(pk__in=some, is_active=True) for some in online)
        return [pk for found in users for pk in found.values_list("pk", flat=True)]
    return []


def hearers_of(announcement: Announcement) -> list[int] | None:
    """Whose browsers are told of it; None for everybody's."""
    if announcement.audience == Audience.EVERYONE:
        return None
    users = announcement.recipients.all()
    if announcement.audience == Audience.STAFF:
        users = User.objects.filter(is_staff=True, is_active=True)
    return list(users.values_list("pk", flat=True))


def does_not_want_toasts(user_ids: Iterable[int]) -> set[int]:
    """Who of these has turned toasts off, or is in quiet hours at the moment."""
    now = database_now()
    may_not_want = Settings.objects.filter(Q(toasts=False) | Q(quiet_from__isnull=False))
    found: set[int] = set()
    for users in chunks(user_ids):
        wishes = may_not_want.filter(user__in=users).select_related("user")
        found |= {one.user_id for one in wishes if not one.toasts or _is_quiet(one, now)}
    return found


def _is_quiet(wishes: Settings, now: datetime) -> bool:
    return Hours(wishes.user_id, wishes, wishes.user.zone).quiet_until(now) is not None
