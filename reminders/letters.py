"""The e-mails of a reminder: its owner's, with buttons, and that of other people, with who set it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date

from mail.door import Message
from mail.messages import laid_out
from mail.models import Delivery
from notifications.door import one_line
from reminders import links
from reminders.models import Reminder, Ring
from reminders.subjects import subject_of

if TYPE_CHECKING:
    from reminders.kinds import ReminderParams
    from tasks.active import ActiveRun


class Letters:
    """Gives each delivery of a ring its message; both messages are laid out once."""

    def __init__(self, run: ActiveRun[ReminderParams], ring: Ring) -> None:
        self._run = run
        self._ring = ring

    def __call__(self, delivery: Delivery) -> Message:
        return self._to_owner if delivery.user_id == self._run.owner.pk else self._to_others

    @cached_property
    def _to_owner(self) -> Message:
        about = subject_of(self._run.task)
        occurrence = self._ring.occurrence
        context = {
            "ring": self._ring,
            "about": about,
            "about_url": about and settings.SITE_URL + about.get_absolute_url(),  # type: ignore[attr-defined]
            "done_url": links.link_for(links.DONE, occurrence),
            "snooze_url": links.link_for(links.SNOOZE, occurrence),
        }
        page = settings.SITE_URL + Reminder(pk=self._run.task.pk).get_absolute_url()
        return self._laid_out(context, action="See the reminder", action_url=page)

    @cached_property
    def _to_others(self) -> Message:
        greeting = f"{self._run.owner.username} asked us to remind you:"
        return self._laid_out({}, automatic=False, greeting=greeting)

    def _laid_out(self, context: dict[str, Any], *, automatic: bool = True, **layout: str) -> Message:
        title = one_line(self._run.task.title)
        context |= {"title": title, "text": self._run.params.text, "due": self._due}
        text = render_to_string("reminders/email.txt", context).strip() + "\n"
        html = render_to_string("reminders/email.html", context)
        return laid_out(title, text, html, automatic=automatic, context=layout)

    @property
    def _due(self) -> str:
        """Such as "Tuesday, 1 December 2026, 09:00 (Europe/Berlin)", on the clock of the reminder's owner."""
        zone = self._run.owner.zone
        return f"{format_date(self._ring.occurrence.due_at.astimezone(zone), 'l, j F Y, H:i')} ({zone.key})"
