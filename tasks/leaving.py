"""What becomes of the tasks of somebody whose account goes: none of their runs takes a step any more."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver

from accounts.belongings import belongings, counted
from accounts.models import User
from accounts.signals import user_deleting
from tasks.active import SECONDS_BETWEEN_SAVES
from tasks.models import Run, Task

TASKS_AT_A_TIME = 500
SECONDS_UNTIL_NOTICED = SECONDS_BETWEEN_SAVES + 0.1


@belongings
def tasks(user: User) -> Iterator[str]:
    mine = Task.objects.visible_to(user)
    yield from counted(mine.count(), "task, with all its runs", "tasks, with all their runs")
    scheduled = mine.scheduled().count()
    yield from counted(
        scheduled, "of these is scheduled, and will not run", "of these are scheduled, and will not run"
    )


@receiver(user_deleting)
def delete_tasks(user: User, **_: Any) -> None:
    """First the tasks are locked, then the runs, as whoever changes both does."""
    mine = Task.objects.filter(owner=user)
    keys = list(mine.order_by("pk").select_for_update().values_list("pk", flat=True))
    runs = Run.objects.filter(task__in=mine).order_by("pk").select_for_update()
    if Run.State.RUNNING in set(runs.values_list("state", flat=True)):
        _let_workers_notice()
    for start in range(0, len(keys), TASKS_AT_A_TIME):
        some = keys[start : start + TASKS_AT_A_TIME]
        Task.objects.filter(pk__in=some).defer("params", "description").delete()


def _let_workers_notice() -> None:
    """Who last wrote to its run's row a moment ago writes to it before the next step, and it is locked here.

    Once that moment has passed, each worker waits there, or is in the middle of one step, such as handing
    over one mail. When this is committed, it finds no row, and stops.
    """
    time.sleep(SECONDS_UNTIL_NOTICED)
