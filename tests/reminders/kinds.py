"""Reminders that come due, as if a Beat and a worker were there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from reminders.door import remind
from reminders.models import Occurrence, Reminder
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.engine import execute
from tasks.models import Run

LATER = Schedule("UTC", starts=datetime(2050, 1, 1, 9, 0))
HOURLY = Schedule("UTC", crontab="0 * * * *")


def reminder_of(owner: User, title: str = "Call the bank", **ways: Any) -> Reminder:
    return remind(owner, **{"title": title, "schedule": LATER, **ways})


def fire(reminder: Reminder, due_at: datetime | None = None, **fields: Any) -> Run:
    """The run of a firing that came due (now), carried out once."""
    moment = (due_at or database_now()).astimezone(UTC)
    run = Run.objects.create(task=reminder, due_at=moment, next_attempt_at=moment, tries_left=6, **fields)
    return carried_out(run)


def carried_out(run: Run) -> Run:
    """The run after one worker had it once."""
    execute(run.pk)
    run.refresh_from_db()
    return run


def rang(reminder: Reminder) -> Occurrence:
    """Its newest occurrence, after it fired."""
    fire(reminder)
    return newest(reminder)


def newest(reminder: Reminder) -> Occurrence:
    return Occurrence.objects.filter(task=reminder).latest("pk")


def time_comes(run: Run) -> Run:
    """The run after its time came and one worker had it."""
    time_passes(run)
    return carried_out(run)


def time_passes(run: Run) -> None:
    """Its time came, and went by without a worker."""
    past = database_now() - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk).update(due_at=past, next_attempt_at=past)


def waiting(reminder: Reminder) -> list[Run]:
    """The runs that are to come."""
    return list(Run.objects.filter(task=reminder, state=Run.State.PENDING).order_by("due_at"))
