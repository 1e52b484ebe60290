"""Marking entries of the inbox: as read or unread, archived or not."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.core.exceptions import ValidationError

from accounts.models import User
from notifications.inbox.changing import change
from notifications.inbox.filters import Filter
from notifications.models import Notification, NotificationQuerySet


def read_until(user: User, number: int, by: Filter) -> int:
    """Those that the filter shows, up to this number: what came since that was looked at stays unread.

    Gives how many entries are read now that were not.
    """
    lines = by.lines_of(user).filter(number__lte=number)

    def mark(entries: NotificationQuerySet) -> int:
        entries.unfold_until(number)
        return entries.in_lines(lines).mark_read()

    return change(user.pk, mark)


def read_these(user: User, keys: Collection[int]) -> int:
    """Those with these keys, and what is folded into them."""
    return change(user.pk, lambda entries: entries.chosen(keys).mark_read())


def mark(notification: Notification, *, read: bool | None = None, archived: bool | None = None) -> None:
    """It and what is folded into it, in what is not None. Raises ValidationError({"read": …})."""
    stays_archived = notification.is_archived if archived is None else archived
    if read is False and stays_archived:
        raise ValidationError({"read": ["What is archived counts as read."]})
    acts = [
        ACTS[name, value] for name, value in (("archived", archived), ("read", read)) if value is not None
    ]

    def act(entries: NotificationQuerySet) -> int:
        chosen = entries.chosen([notification.pk])
        return sum(each(chosen) for each in acts)

    if acts:
        change(notification.user_id, act)


ACTS: dict[tuple[str, bool], Callable[[NotificationQuerySet], int]] = {
    ("archived", True): NotificationQuerySet.archive,
    ("archived", False): NotificationQuerySet.take_out,
    ("read", True): NotificationQuerySet.mark_read,
    ("read", False): NotificationQuerySet.mark_unread,
}
