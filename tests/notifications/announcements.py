"""Broadcasts that staff ask for, and their time that comes, as if a Beat and a worker were there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from accounts.models import User
from notifications.broadcasts.asking import ask
from notifications.models import Announcement, Broadcast, Notification
from tasks.clock import database_now
from tasks.engine import execute
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.factories import make_user

LATER = Schedule("UTC", starts=datetime(2050, 1, 1, 9, 0))
HOURLY = Schedule("UTC", crontab="0 * * * *")


def herald() -> User:
    """Who broadcasts."""
    return User.objects.filter(username="herald").first() or make_user(
        "herald", is_staff=True, is_superuser=True
    )


def make_broadcast(
    title: str = "Maintenance at noon",
    *,
    schedule: Schedule | None = LATER,
    chosen: Iterable[User] = (),
    **fields: Any,
) -> Broadcast:
    """As it is stored, not shown yet."""
    broadcast = Broadcast(title=title, **fields)
    ask(broadcast, [user.pk for user in chosen], herald(), schedule)
    return stored(broadcast)


def stored(broadcast: Broadcast) -> Broadcast:
    return Broadcast.objects.with_state().get(pk=broadcast.pk)


def shown(title: str = "Maintenance at noon", **fields: Any) -> Announcement:
    """What was announced at once."""
    return carried_out(make_broadcast(title, schedule=None, **fields))


def carried_out(broadcast: Broadcast) -> Announcement:
    """What its newest run announced."""
    run = newest_run(broadcast)
    execute(run.pk)
    return Announcement.objects.get(run=run)


def newest_run(broadcast: Broadcast) -> Run:
    return Run.objects.filter(task__broadcast=broadcast).latest("pk")


def time_comes(broadcast: Broadcast) -> Announcement:
    """It fires now, and one worker carries that out."""
    make_due(broadcast)
    fire_due()
    return carried_out(broadcast)


def make_due(broadcast: Broadcast) -> None:
    """Its time came just now, in a second of its own."""
    task = Task.objects.get(broadcast=broadcast)
    first = task.runs.aggregate(first=Min("due_at"))["first"] or database_now()
    moment = first.replace(microsecond=0) - timedelta(seconds=1)
    if task.schedule and task.schedule.is_once:
        task.schedule = Schedule.at(moment, "UTC")
    task.next_run_at = moment
    task.save()


def titles(user: User) -> list[str]:
    """What the inbox shows them."""
    entries = Notification.objects.visible_to(user).order_by("number")
    return list(entries.values_list("title", flat=True))
