"""Pages of the inbox, by number: each costs the same, and what arrives meanwhile moves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from notifications.models import Notification, NotificationQuerySet

SIZE = 25


def to_number(text: str) -> int | None:
    """A notification's number from an address or a form; None for what cannot be one."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


@dataclass(frozen=True)
class Page:
    """Newest first, those with numbers below `before` (the newest page without it)."""

    notifications: list[Notification]
    before: int | None
    has_older: bool

    @classmethod
    def of(cls, notifications: NotificationQuerySet, *, before: int | None) -> Page:
        if before is not None:
            notifications = notifications.filter(number__lt=before)
        found = list(notifications.newest_first()[: SIZE + 1])
        return cls(found[:SIZE], before, has_older=len(found) > SIZE)

    @property
    def newest(self) -> int:
        """The highest number on it."""
        return self.notifications[0].number if self.notifications else 0

    @property
    def has_unread(self) -> bool:
        return any(not notification.is_read for notification in self.notifications)

    @property
    def older_url(self) -> str:
        return self.url(self.notifications[-1].number)

    @property
    def entries_url(self) -> str:
        """Where the moving part of this page is fetched again."""
        return self.url(self.before, name="notifications:entries")

    @staticmethod
    def url(before: int | None, name: str = "notifications:inbox") -> str:
        return reverse(name) + ("" if before is None else "?" + urlencode({"before": before}))
