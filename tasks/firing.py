"""Firing what is due. Cost follows what is due, not what is stored; any number of processes may do it."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts import publishing
from tasks.clock import database_now
from tasks.models import Run, Task
from tasks.persistence import DATABASE_ERRORS
from tasks.publishing import publish, publish_ids
from tasks.signals import schedule_failed

logger = logging.getLogger(__name__)

TASKS_PER_BATCH = 500
RUNS_PER_BATCH = 1000  # a batch ends with the task that reaches it: databases limit what a statement may hold
MOST_MISSED = 100
LONGEST_WAIT = 3600.0


class Firing:
    """What became due of one task up to `now`, and when it is due next.

    Raises whatever a schedule raises that should not have been accepted.
    """

    def __init__(self, task: Task, now: datetime) -> None:
        schedule, first = task.schedule, task.next_run_at
        if schedule is None or first is None:
            raise ValueError(f"task {task.pk} has no schedule")
        self.task = task
        self.due = [first]
        self.next = schedule.after(first)
        if self.next and self.next <= now:  # firings were missed
            self.due = [first, *_last_ones(task, since=first, now=now)][-_most_due(task) :]
            self.next = schedule.after(now)
        if task.missed == Task.Missed.SKIP:
            on_time = now - timedelta(seconds=settings.TASKS_MISSED_SECONDS)
            self.due = [moment for moment in self.due if moment >= on_time]
        self.rows = list(self._rows())

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        """What INSERT wants to know of each run."""
        adapt = connection.ops.adapt_datetimefield_value
        limit, expires = self.task.kind.retry.limit, self.task.expires_after
        for due_at in self.due:
            due = adapt(due_at)
            expires_at = None if expires is None else due_at + timedelta(seconds=expires)
            yield self.task.pk, due, due, adapt(expires_at), limit


def _most_due(task: Task) -> int:
    return MOST_MISSED if task.missed == Task.Missed.ALL else 1


def _last_ones(task: Task, *, since: datetime, now: datetime) -> list[datetime]:
    """The last firings after `since` up to `now`, the latest last; no more than are needed."""
    schedule = task.schedule
    found: list[datetime] = []
    moment = now
    while schedule and len(found) < _most_due(task):
        latest = schedule.latest(moment)
        if latest is None or latest <= since:
            break
        found.append(latest)
        moment = latest - timedelta(seconds=1)
    return found[::-1]


def fire_due() -> int:
    """Make the runs of one batch of tasks that are due, and publish them; gives how many tasks that were.

    One transaction: whoever is killed before its end has fired nothing, and after it everything; messages
    that are lost then are published again by the sweep.
    """
    with transaction.atomic():
        now = database_now()
        tasks = (
            Task.objects.filter(next_run_at__lte=now)
            .order_by("next_run_at")
            .defer("params", "description")
            .select_for_update(skip_locked=True)[:TASKS_PER_BATCH]
        )
        batch = list(tasks)
        firings = _firings(batch, now)
        inserted = _insert(firings)
        _move_on(firings)
    publish_ids(inserted)
    return len(batch)


def _firings(batch: Sequence[Task], now: datetime) -> list[Firing]:
    """Of all its tasks, or of the first ones, when those have many runs; the others stay due."""
    firings: list[Firing] = []
    runs = 0
    for task in batch:
        if runs < RUNS_PER_BATCH and (firing := _firing(task, now)):
            firings.append(firing)
            runs += len(firing.rows)
    return firings


def publish_waiting() -> int | None:
    """Publish one batch of pending runs that are on no message; gives how many those were, or None when the
    broker does not take them."""
    if publishing.broker.is_away():
        return None
    with transaction.atomic():
        due = Run.objects.waiting().filter(next_attempt_at__lte=Now()).select_related("task")
        batch = list(due.select_for_update(skip_locked=True, of=("self",))[:TASKS_PER_BATCH])
        Run.objects.filter(pk__in=[run.pk for run in batch]).update(published_at=Now())
    return len(batch) if publish(batch) else None


def seconds_to_next() -> tuple[float, float]:
    """The seconds until the next task fires, and until the next waiting run is due; at most an hour."""
    tasks = Task.objects.filter(next_run_at__isnull=False).order_by("next_run_at")
    task = tasks.values_list("next_run_at", Now()).first()
    run = Run.objects.waiting().values_list("next_attempt_at", Now()).first()
    return _seconds(task), _seconds(run)


def _seconds(moment_and_now: tuple[datetime | None, datetime] | None) -> float:
    moment, now = moment_and_now or (None, None)
    return min(LONGEST_WAIT, (moment - now).total_seconds()) if moment and now else LONGEST_WAIT


def _firing(task: Task, now: datetime) -> Firing | None:
    """The task's firing; one whose schedule fails is paused, and does not hold up the others."""
    try:
        return Firing(task, now)
    except DATABASE_ERRORS:
        raise
    except Exception:
        logger.exception("the schedule of task %s failed", task.pk)
        _pause(task, now)
        return None


def _pause(task: Task, now: datetime) -> None:
    """Pause it and say so; it stays paused even if nobody can be told."""
    task.paused_at, task.next_run_at = now, None
    task.save(update_fields=["paused_at", "next_run_at"])
    try:
        with transaction.atomic():
            schedule_failed.send(Task, task=task)
    except DATABASE_ERRORS:
        raise
    except Exception:
        logger.exception("nobody could be told that task %s was paused", task.pk)


def _insert(firings: Sequence[Firing]) -> list[tuple[str, int]]:
    """Insert their runs, marked as published, and give their queues and ids; those that exist, as after a
    clock was set back, are left out. Written out because Django's bulk_create takes twice as long."""
    adapt = connection.ops.adapt_datetimefield_value
    rows = [row for firing in firings for row in firing.rows]
    if not rows:
        return []
    queues = {firing.task.pk: firing.task.kind.queue for firing in firings}
    constants = (Run.State.PENDING.value, adapt(database_now()))
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, 0, 0, 0, '', '')"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Run._meta.db_table} (task_id, due_at, next_attempt_at, expires_at, tries_left, "  # noqa: S608
            f"state, published_at, attempts_made, done, total, summary, error) VALUES {values} "
            "ON CONFLICT (task_id, due_at) DO NOTHING RETURNING id, task_id",
            [value for row in rows for value in (*row, *constants)],
        )
        return [(queues[task_id], pk) for pk, task_id in cursor.fetchall()]


def _move_on(firings: Sequence[Firing]) -> None:
    """Set all next times in one statement, where Django's bulk_update takes three times as long."""
    over = [firing.task.pk for firing in firings if firing.next is None]
    Task.objects.filter(pk__in=over).update(next_run_at=None)
    adapt = connection.ops.adapt_datetimefield_value
    rows = [(firing.task.pk, adapt(firing.next)) for firing in firings if firing.next]
    if rows:
        values = ", ".join(["(%s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {Task._meta.db_table} SET next_run_at = moved.column2 "  # noqa: S608 - no input
                f"FROM (VALUES {values}) AS moved WHERE id = moved.column1",
                [value for row in rows for value in row],
            )
