"""What every page shows of somebody's inbox."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Subquery

from accounts.models import User
from notifications.inbox.arrivals import take_in
from notifications.live.versions import number_over, version_of
from notifications.models import AnnouncementCounter, Notification

NOBODY = (0, 0, 0, 0, 0)  # whose account was deleted while they looked


@dataclass(frozen=True)
class Bell:
    """How far an inbox is, what was announced to all taken in.

    What is read after it may be newer than `version` says, but never older.
    """

    user: User
    version: str
    head: int

    @classmethod
    def of(cls, user: User) -> Bell:
        announced = Subquery(AnnouncementCounter.objects.filter(pk=1).values("head"))
        counters = "inbox__version", "inbox__head", "inbox__announcements_seen", announced, number_over()
        inbox = User.objects.filter(pk=user.pk).values_list(*counters)
        version, head, seen, announcements, over = inbox.first() or NOBODY
        if (announcements or 0) > (seen or 0):
            take_in(user)
            version, head, seen, _, over = inbox.first() or NOBODY
        return cls(user, version_of(version, seen, over), head or 0)

    @cached_property
    def unread(self) -> int:
        """How many lines of the inbox are bold."""
        return Notification.objects.visible_to(self.user).in_inbox().unread().count()
