"""The lists of one's reminders, in pages that stay as fast at the far end as at the start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.models import User
from accounts.requests import UserRequest
from reminders.cursors import Cursor
from reminders.models import Occurrence, Reminder
from reminders.results import last_firing
from reminders.rows import Row, rows_of

PER_PAGE = 30
WAITING_SHOWN = 5
TABS = {"": "Upcoming", "waiting": "Not done", "paused": "Paused", "past": "Past"}
ORDER = {"": "next_run_at", "waiting": "due_at", "paused": "paused_at", "past": "last_due_at"}


@dataclass(frozen=True)
class ReminderPage:
    """The reminders of `owner` on one of the TABS, from `after` on."""

    owner: User
    show: str = ""
    after: Cursor | None = None

    @classmethod
    def asked_for(cls, request: UserRequest) -> ReminderPage:
        """What the query string says; what makes no sense in it is left out."""
        show, after = request.GET.get("show", ""), request.GET.get("after", "")
        return cls(request.user, show if show in TABS else "", Cursor.parse(after))

    @property
    def tabs(self) -> list[tuple[str, str]]:
        return list(TABS.items())

    @property
    def name(self) -> str:
        return TABS[self.show]

    @property
    def query(self) -> str:
        """The query string that asks for this page."""
        return self._query(self.after)

    @property
    def first(self) -> str:
        """The query string of the first page."""
        return self._query(None)

    @property
    def next(self) -> str:
        """The query string of the page after this one; empty on the last."""
        if len(self._one_more) <= PER_PAGE:
            return ""
        last = self._one_more[PER_PAGE - 1]
        return self._query(Cursor(getattr(last, ORDER[self.show]), last.pk))

    @cached_property
    def rows(self) -> list[Row]:
        return [] if self.show == "waiting" else rows_of(self._one_more[:PER_PAGE], self.owner)

    @property
    def waiting(self) -> list[Occurrence]:
        """What rang and is not done yet, with its buttons; the last of it also above what is to come."""
        return self._one_more[:PER_PAGE] if self.show == "waiting" else self._last_waiting[:WAITING_SHOWN]

    @property
    def has_more_waiting(self) -> bool:
        return self.show == "" and len(self._last_waiting) > WAITING_SHOWN

    @cached_property
    def _last_waiting(self) -> list[Occurrence]:
        return [] if self.show or self.after else list(self._waiting[: WAITING_SHOWN + 1])

    @cached_property
    def _one_more(self) -> list[Any]:
        found: QuerySet[Any] = self._waiting if self.show == "waiting" else self._tasks
        if self.after:
            is_ascending = self.show == ""
            field = ORDER[self.show]
            found = found.filter(self.after.later(field) if is_ascending else self.after.earlier(field))
        return list(found[: PER_PAGE + 1])

    @property
    def _waiting(self) -> QuerySet[Occurrence]:
        return Occurrence.objects.visible_to(self.owner).open().with_buttons().order_by("-due_at", "-pk")

    @property
    def _tasks(self) -> QuerySet[Any]:
        mine = Reminder.objects.visible_to(self.owner).annotate(last_run_key=last_firing("pk"))
        shown: QuerySet[Any]
        if self.show == "past":
            shown = past(mine)
        else:
            shown = mine.paused() if self.show == "paused" else mine.scheduled()
        return shown

    def _query(self, after: Cursor | None) -> str:
        parts = QueryDict(mutable=True)
        if self.show:
            parts["show"] = self.show
        if after:
            parts["after"] = str(after)
        return f"?{parts.urlencode()}" if parts else ""


def past(reminders: QuerySet[Any]) -> QuerySet[Any]:
    """Those that fire no more, what fired last first."""
    over: QuerySet[Any] = reminders.filter(next_run_at=None, paused_at=None)
    over = over.annotate(last_due_at=Coalesce(last_firing("due_at"), "created_at"))
    return over.order_by("-last_due_at", "-pk")
