"""Which part of an inbox is shown. It is named by a query string, so that it can be bookmarked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from notifications.events import Event, registry
from notifications.models import Notification, NotificationQuerySet

TABS = {"": "Inbox", "unread": "Unread", "archive": "Archive"}
LONGEST = 200


@dataclass(frozen=True)
class Filter:
    """One of the TABS, and of it what is of one event (if named) and holds all words (if there are any)."""

    show: str = ""
    event: str = ""
    words: str = ""

    @classmethod
    def asked_for(cls, query: QueryDict) -> Filter:
        """What makes no sense is left out."""
        show, event = query.get("show", ""), query.get("event", "")
        words = " ".join(query.get("q", "").replace("\0", "")[:LONGEST].split())
        return cls(show if show in TABS else "", event if event in registry else "", words)

    def query(self, before: int | None = None) -> str:
        """The query string of a page of it; empty for the newest of the whole inbox."""
        parts = {"show": self.show, "event": self.event, "q": self.words, "before": before}
        given = {name: value for name, value in parts.items() if value or value == 0}
        return f"?{urlencode(given)}" if given else ""

    def url(self, before: int | None = None) -> str:
        return reverse("notifications:inbox") + self.query(before)

    @property
    def is_narrow(self) -> bool:
        """Whether it shows less than there is on its tab."""
        return bool(self.event or self.words)

    @property
    def tabs(self) -> list[tuple[str, Filter]]:
        return [(name, replace(self, show=show)) for show, name in TABS.items()]

    @property
    def whole_tab(self) -> Filter:
        """The same tab, with all that is in it."""
        return Filter(self.show)

    @property
    def events(self) -> list[Event]:
        return list(registry.values())

    def lines_of(self, user: User) -> NotificationQuerySet:
        mine = Notification.objects.visible_to(user)
        lines = mine.archived() if self.show == "archive" else mine.in_inbox()
        if self.show == "unread":
            lines = lines.unread()
        if self.event:
            lines = lines.filter(event=self.event)
        if self.words:
            lines = lines.filter(pk__in=mine.with_words(self.words).line_keys())
        return lines
