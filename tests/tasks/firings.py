"""Tasks whose time has come, and what became of them."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from tasks.clock import database_now
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.tasks.kinds import NAME

HOUR = timedelta(hours=1)
MINUTELY = Schedule("UTC", crontab="* * * * *")


def second(offset: float = 0) -> datetime:
    """A whole second so far from now."""
    return database_now().replace(microsecond=0) + timedelta(seconds=offset)


def stored(owner: User, schedule: Schedule, due_at: datetime | None = None, **fields: Any) -> Task:
    """A task whose next firing is at `due_at`, or the first one in the year before."""
    task = Task(owner=owner, kind_name=NAME, title="Steps", **fields)
    task.schedule = schedule.settled()
    task.next_run_at = due_at or schedule.after(database_now() - timedelta(days=365))
    task.save()
    return task


def hourly_missed(owner: User, hours: int, **fields: Any) -> tuple[Task, list[datetime]]:
    """A task that fires every hour, half an hour from now next, and its last so many firings."""
    schedule = Schedule("UTC", crontab=f"{(database_now() + HOUR / 2).minute} * * * *")
    next_one = schedule.after(database_now())
    assert next_one
    missed = [next_one - hour * HOUR for hour in range(hours, 0, -1)]
    return stored(owner, schedule, missed[0], **fields), missed


def due_times(task: Task) -> list[datetime]:
    return list(Run.objects.filter(task=task).order_by("due_at").values_list("due_at", flat=True))


def fire_everything() -> int:
    """How many batches that took."""
    batches = 0
    while fire_due():
        batches += 1
        assert batches < 100
    return batches
