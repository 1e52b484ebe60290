"""What somebody's calendar program is shown of their reminders, and what is attached to an e-mail of one."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from reminders.ical.calendars import Entry, calendar
from reminders.ical.recurrence import Recurrence, recurrence_of
from reminders.models import Reminder, Ring
from tasks.clock import database_now
from tasks.models import Task

logger = logging.getLogger(__name__)

NAME = "Reminders"
SECOND = timedelta(seconds=1)


class Feed(NamedTuple):
    """The entries of somebody's calendar; `version` is another one whenever they are."""

    user: User
    entries: tuple[Entry, ...]

    @property
    def version(self) -> str:
        return hashlib.sha256(repr((_organizer(self.user), self.entries)).encode()).hexdigest()[:32]

    def text(self) -> bytes:
        return calendar(self.entries, name=NAME, organizer=_organizer(self.user), now=database_now())


def feed_of(user: User) -> Feed:
    """Their reminders that will fire, and what they snoozed."""
    upcoming = Reminder.objects.visible_to(user).filter(next_run_at__isnull=False).order_by("pk")
    snoozed = Ring.objects.waiting().filter(run__task__owner=user, cause=Ring.Cause.SNOOZE).order_by("pk")
    entries = [entry for reminder in upcoming if (entry := _upcoming(reminder))]
    return Feed(user, (*entries, *map(_snoozed, snoozed)))


def file_of(reminder: Task, due_at: datetime, *, for_owner: bool) -> bytes:
    """A calendar with one reminder, that came due: this time, and those to come.

    Only its owner has a use for the link to it.
    """
    schedule = reminder.schedule
    coming = recurrence_of(schedule, due_at.replace(microsecond=0) - SECOND) if schedule else None
    entry = _entry(reminder, coming or Recurrence(due_at.replace(microsecond=0)), with_link=for_owner)
    organizer = _organizer(reminder.owner)
    return calendar([entry], name=reminder.title, organizer=organizer, now=database_now())


def _upcoming(reminder: Task) -> Entry | None:
    """None for one whose schedule cannot be computed (any more): it is not to take the others with it."""
    if reminder.schedule is None or reminder.next_run_at is None:
        return None
    try:
        recurrence = recurrence_of(reminder.schedule, reminder.next_run_at - SECOND)
    except Exception:
        logger.exception("the schedule of task %s is left out of its owner's calendar", reminder.pk)
        return None
    return _entry(reminder, recurrence) if recurrence else None


def _snoozed(ring: Ring) -> Entry:
    reminder = ring.run.task
    until = Recurrence(ring.run.due_at.replace(microsecond=0))
    return _entry(
        reminder, until, uid=f"occurrence-{ring.occurrence_id}", title=f"{reminder.title} (snoozed)"
    )


def _entry(
    reminder: Task, recurrence: Recurrence, *, uid: str = "", title: str = "", with_link: bool = True
) -> Entry:
    return Entry(
        uid=f"{uid or f'reminder-{reminder.pk}'}@{urlsplit(settings.SITE_URL).hostname}",
        title=title or reminder.title,
        recurrence=recurrence,
        created_at=reminder.created_at.replace(microsecond=0),
        text=reminder.params.get("text", ""),
        url=settings.SITE_URL + Reminder(pk=reminder.pk).get_absolute_url() if with_link else "",
    )


def _organizer(user: User) -> tuple[str, str]:
    return user.username, user.email
