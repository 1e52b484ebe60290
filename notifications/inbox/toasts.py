"""What a page shows as toasts of what came while it was not told: between two pages, or while the line was
dead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.models import User
from notifications.dispatch import toast_of
from notifications.inbox.bell import Bell
from notifications.models import Notification
from notifications.wishes.chosen import Wishes
from notifications.wishes.hours import Hours
from tasks.clock import in_seconds

MOST = 4
SECONDS_NEW = 5 * 60


def catch_up(user: User, after: int | None, shown: Collection[int]) -> dict[str, Any]:
    """The newest toasts of what came `after` a number and is still news, oldest first.

    And up to which number that is, and which of the `shown` ones are unread still.
    """
    head, mine = Bell.of(user).head, Notification.objects.visible_to(user)
    unread = mine.filter(number__in=shown, archived_at=None).unread()
    return {
        "head": head,
        "toasts": [
            {**toast_of(line), "title": line.heading}
            for line in reversed(_news(user, head if after is None else after))
        ],
        "unread": list(unread.order_by("number").values_list("number", flat=True)),
    }


def _news(user: User, after: int) -> list[Notification]:
    """What repeated meanwhile is one; what came in quiet hours is none."""
    wishes = Wishes(user)
    hours = Hours(user.pk, wishes.settings)
    lines = Notification.objects.visible_to(user).in_inbox().unread().newest_first().with_text()
    young = lines.filter(number__gt=after, created_at__gt=in_seconds(-SECONDS_NEW))[:MOST]
    told = [(line, wishes.channels(line.event, line.thread)) for line in young]
    return [
        line
        for line, channels in told
        if wishes.shows_toast(channels) and not hours.silence(channels, line.created_at)
    ]
