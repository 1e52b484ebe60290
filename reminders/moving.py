"""A change of time zone: what follows the clock in the old one keeps its moments, or moves with its owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from reminders.models import ZoneQuestion
from tasks.clock import database_now
from tasks.models import SCHEDULE_FIELDS, Task, TaskQuerySet

AT_A_TIME = 200


@dataclass(frozen=True)
class Change:
    """What moving a task would do to its next firing; `then` is None when that would be over."""

    task: Task
    now: datetime | None
    then: datetime | None


def following(user: User, time_zone: str) -> TaskQuerySet:
    """The user's tasks, of any kind, that will fire, or could be resumed, by the clock of the zone."""
    mine: TaskQuerySet = Task.objects.visible_to(user).filter(time_zone=time_zone)
    return mine.filter(Q(next_run_at__isnull=False) | Q(paused_at__isnull=False))


def ask(user: User, old: str) -> bool:
    """Note that the user has to say what becomes of what follows the clock of `old`. False: nothing does."""
    ZoneQuestion.objects.filter(user=user, time_zone=user.time_zone).delete()
    if not following(user, old).exists():
        return False
    ZoneQuestion.objects.get_or_create(user=user, time_zone=old)
    return True


def question_of(user: User) -> ZoneQuestion | None:
    """The oldest one that is open."""
    return ZoneQuestion.objects.filter(user=user).exclude(time_zone=user.time_zone).order_by("pk").first()


def changes(tasks: Iterable[Task], new: str) -> list[Change]:
    now = database_now()
    found = []
    for task in tasks:
        schedule = task.schedule
        if schedule:
            found.append(Change(task, schedule.after(now), schedule.moved_to(new).after(now)))
    return found


def move(user: User, old: str) -> int:
    """Let them follow the clock of the user's zone, at the same times of day; gives how many were left, since
    their time would have passed.

    It goes in steps that stay done; who does it again moves the rest.
    """
    left = 0
    for keys in _chunks(following(user, old).order_by("pk").values_list("pk", flat=True)):
        left += _move(user, old, keys)
    return left


def _move(user: User, old: str, keys: list[int]) -> int:
    with transaction.atomic():
        held = following(user, old).filter(pk__in=keys).select_for_update()
        tasks, moved = list(held.order_by("pk")), []
        now = database_now()
        for task in tasks:
            if task.schedule is None:
                continue
            task.schedule = schedule = task.schedule.moved_to(user.time_zone)
            task.next_run_at = None if task.paused_at else schedule.after(now)
            if task.paused_at or task.next_run_at:
                moved.append(task)
        Task.objects.bulk_update(moved, [*SCHEDULE_FIELDS, "next_run_at"])
    return len(tasks) - len(moved)


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(list(keys))
    while chunk := list(islice(remaining, AT_A_TIME)):
        yield chunk
