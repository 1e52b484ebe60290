"""The e-mails of a reminder: its owner's, with buttons, and that of other people, with who set it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date

from mail.door import Message
from mail.messages import Attachment, laid_out
from mail.models import Delivery
from notifications.door import one_line
from reminders import links
from reminders.feeds import file_of
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
        layout = {"action": "See the reminder", "action_url": page}
        return self._laid_out(
            context, unsubscribe=links.link_for(links.UNSUBSCRIBE, occurrence), layout=layout
        )

    @cached_property
    def _to_others(self) -> Message:
        greeting = f"{self._run.owner.username} asked us to remind you:"
        return self._laid_out({}, layout={"greeting": greeting})

    def _laid_out(self, context: dict[str, Any], *, layout: dict[str, str], unsubscribe: str = "") -> Message:
        """Its owner's is the one with a link to unsubscribe; others refuse all that somebody sends them."""
        for_owner = bool(unsubscribe)
        title = one_line(self._run.task.title)
        context |= {"title": title, "text": self._run.params.text, "due": self._due}
        text = render_to_string("reminders/email.txt", context).strip() + "\n"
        html = render_to_string("reminders/email.html", context)
        attachments = (self._calendar(for_owner),) if self._brings_calendar else ()
        return laid_out(
            title,
            text,
            html,
            automatic=for_owner,
            attachments=attachments,
            unsubscribe=unsubscribe,
            context=layout,
        )

    @cached_property
    def _brings_calendar(self) -> bool:
        """Only the first run that writes does, however often it is carried out."""
        if not self._run.params.calendar or self._ring.cause != Ring.Cause.DUE:
            return False
        written = Delivery.objects.filter(state__in=[Delivery.State.SENT, Delivery.State.UNKNOWN])
        return not written.filter(run__task=self._run.task, run__lt=self._run.pk).exists()

    def _calendar(self, for_owner: bool) -> Attachment:
        content = file_of(self._run.task, self._ring.occurrence.due_at, for_owner=for_owner)
        return Attachment("reminder.ics", "text/calendar; method=PUBLISH; charset=utf-8", content)

    @property
    def _due(self) -> str:
        """Such as "Tuesday, 1 December 2026, 09:00 (Europe/Berlin)", on the clock of the reminder's owner."""
        zone = self._run.owner.zone
        return f"{format_date(self._ring.occurrence.due_at.astimezone(zone), 'l, j F Y, H:i')} ({zone.key})"
