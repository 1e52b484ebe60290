"""A change of time zone: what follows the clock in the old one keeps its moments, or moves with its owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from notifications.door import push
from reminders.models import ZoneQuestion
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.models import SCHEDULE_FIELDS, Task, TaskQuerySet

AT_A_TIME = 200
TO_COME = Q(next_run_at__isnull=False) | Q(paused_at__isnull=False)


class Elsewhere(Exception):  # noqa: N818 - what happened, as the caller reads it
    """Its user has left that zone again meanwhile."""


@dataclass(frozen=True)
class Change:
    """What another zone would do to a task: its next firing as it is, and with the schedule moved there; None
    when there is none any more, and so a task stays as it is."""

    task: Task
    moved: Schedule
    now: datetime | None
    then: datetime | None

    def made(self) -> Task:
        """The task with that schedule, to be saved."""
        self.task.schedule = self.moved
        self.task.next_run_at = None if self.task.paused_at else self.then
        return self.task


def following(user: User, time_zone: str) -> TaskQuerySet:
    """The user's tasks, of any kind, that will fire, or could be resumed, by the clock of the zone."""
    mine: TaskQuerySet = Task.objects.visible_to(user).filter(TO_COME, time_zone=time_zone)
    return mine


def ask(user: User, old: str) -> bool:
    """Note that the user, who left `old`, has to say what becomes of what follows the clock there.

    Gives whether anything is to be said, be it of this zone or of one that was left before.
    """
    ZoneQuestion.objects.filter(user=user, time_zone=user.time_zone).delete()
    if following(user, old).exists():
        ZoneQuestion.objects.get_or_create(user=user, time_zone=old)
    return open_questions(user).exists()


def open_questions(user: User) -> QuerySet[ZoneQuestion]:
    """Those about zones whose clock something still follows, the oldest first."""
    followers = Task.objects.visible_to(user).filter(TO_COME, time_zone=OuterRef("time_zone"))
    others = ZoneQuestion.objects.filter(user=user).exclude(time_zone=user.time_zone)
    return others.filter(Exists(followers)).order_by("pk")


def changes(tasks: Iterable[Task], new: str) -> list[Change]:
    now = database_now()
    scheduled = [(task, schedule) for task in tasks if (schedule := task.schedule)]
    return [
        Change(task, moved := schedule.moved_to(new), schedule.after(now), moved.after(now))
        for task, schedule in scheduled
    ]


def move(user: User, old: str, new: str) -> Counter[str]:
    """Let what follows the clock of `old` follow that of `new`, at the same times of day; gives how many were
    `moved`, and how many `left`, since their time would have passed.

    It goes in steps that stay done; who does it again moves the rest. Raises Elsewhere once the user's zone
    is another than `new`.
    """
    done: Counter[str] = Counter()
    for keys in _chunks(following(user, old).order_by("pk").values_list("pk", flat=True)):
        done += _move(user, old, new, keys)
    return done


def _move(user: User, old: str, new: str, keys: list[int]) -> Counter[str]:
    with transaction.atomic():
        _hold(user, new)
        held = list(following(user, old).filter(pk__in=keys).select_for_update().order_by("pk"))
        moved = [change.made() for change in changes(held, new) if change.then]
        Task.objects.bulk_update(moved, [*SCHEDULE_FIELDS, "next_run_at"])
        push([user.pk], {"topic": "runs"})  # once for all, of which each would send `schedule_changed`
    return Counter(moved=len(moved), left=len(held) - len(moved))


def _hold(user: User, zone: str) -> None:
    """Until the transaction ends, the user stays in the zone. Raises Elsewhere."""
    if not User.objects.select_for_update(no_key=True).filter(pk=user.pk, time_zone=zone).exists():
        raise Elsewhere


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(list(keys))
    while chunk := list(islice(remaining, AT_A_TIME)):
        yield chunk
