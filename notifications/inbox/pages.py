"""Pages of the inbox, by number: each costs the same, and what arrives meanwhile moves nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.requests import UserRequest, to_number
from notifications.inbox.filters import Filter
from notifications.models import Notification, NotificationQuerySet

SIZE = 25


@dataclass(frozen=True)
class Page:
    """Newest first, those with numbers below `before` (the newest page without it)."""

    notifications: list[Notification]
    before: int | None
    has_older: bool
    filter: Filter

    @classmethod
    def of(cls, lines: NotificationQuerySet, *, before: int | None, by: Filter | None = None) -> Page:
        if before is not None:
            lines = lines.filter(number__lt=before)
        found = list(lines.newest_first().with_text()[: SIZE + 1])
        return cls(found[:SIZE], before, len(found) > SIZE, by or Filter())

    @classmethod
    def asked_for(cls, request: UserRequest) -> Page:
        """What the query string says."""
        by, before = Filter.asked_for(request.GET), to_number(request.GET.get("before", ""))
        return cls.of(by.lines_of(request.user).with_muted(), before=before, by=by)

    @property
    def newest(self) -> int:
        """The highest number on it."""
        return self.notifications[0].number if self.notifications else 0

    @property
    def oldest(self) -> int:
        """The lowest number on it."""
        return self.notifications[-1].number if self.notifications else 0

    @property
    def has_unread(self) -> bool:
        return any(not notification.is_read for notification in self.notifications)

    @property
    def query(self) -> str:
        """The query string that asks for this page."""
        return self.filter.query(self.before)

    @property
    def url(self) -> str:
        return self.filter.url(self.before)

    @property
    def older_url(self) -> str:
        return self.filter.url(self.oldest)

    @property
    def entries_url(self) -> str:
        """Where the moving part of this page is fetched again."""
        return reverse("notifications:entries") + self.query
