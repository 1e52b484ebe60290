"""Two Beats share the work, and one is killed in the middle of it: each firing happens once."""

from datetime import datetime, timedelta
from random import Random

import pytest

from accounts.models import User
from tasks.clock import database_now
from tasks.models import Heartbeat, Run, Task
from tests.servers import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

TASKS = 5000
ROUNDS = 10


def store(owner: User) -> None:
    task = Task(owner=owner, kind_name="mail.letter", title="Hello", time_zone="UTC")
    Task.objects.bulk_create([task] * TASKS, batch_size=1000)


def let_all_be_due_in_a_second() -> datetime:
    due_at = (database_now() + timedelta(seconds=1)).replace(microsecond=0)
    Task.objects.update(starts=due_at.replace(tzinfo=None), next_run_at=due_at)
    return due_at


def left() -> int:
    """How many have not fired."""
    return Task.objects.filter(next_run_at__isnull=False).count()


def test_ten_kills_in_mid_batch_lose_no_firing_and_double_none(processes: Stack, owner: User) -> None:
    store(owner)
    beats = ["first", "second"]
    for beat in beats:
        processes.start_beat(name=beat)
    wait_until(lambda: Heartbeat.objects.filter(name="scheduler").exists(), 30)
    random = Random(7)
    for round_ in range(ROUNDS):
        due_at = let_all_be_due_in_a_second()
        fired = random.randint(1, TASKS - 1000)
        wait_until(lambda: left() <= TASKS - fired, 60, interval=random.uniform(0.001, 0.02))  # noqa: B023
        victim = beats[round_ % 2]
        processes.kill(victim)
        processes.start_beat(name=victim)
        wait_until(lambda: left() == 0, 60)
        runs = Run.objects.filter(due_at=due_at)
        assert runs.count() == runs.values("task").distinct().count() == TASKS
    assert Run.objects.count() == ROUNDS * TASKS
