"""What becomes of firings that came while nothing ran, and of runs that nothing could begin in time."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.models import User
from tasks import engine, firing
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.tasks.firings import HOUR, due_times, fire_everything, hourly_missed, second, stored
from tests.tasks.kinds import handled_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


def test_latest_is_one_run_for_all_that_was_missed(owner: User) -> None:
    task, missed = hourly_missed(owner, 50)
    fire_everything()
    assert due_times(task) == missed[-1:]
    task.refresh_from_db()
    assert task.next_run_at == missed[-1] + HOUR


def test_skip_is_none_and_goes_on(owner: User) -> None:
    task, missed = hourly_missed(owner, 50, missed=Task.Missed.SKIP)
    fire_everything()
    assert due_times(task) == []
    task.refresh_from_db()
    assert task.next_run_at == missed[-1] + HOUR


@pytest.mark.parametrize(("late", "fires"), [(50, True), (70, False)])
def test_skip_forgives_a_minute(owner: User, late: int, fires: bool) -> None:
    due_at = second(-late)
    task = stored(owner, Schedule.at(due_at, "UTC"), missed=Task.Missed.SKIP)
    fire_everything()
    assert due_times(task) == ([due_at] if fires else [])
    assert Task.objects.get().next_run_at is None


@pytest.mark.parametrize("hours", [1, 2, 99, 100])
def test_all_is_a_run_for_each(owner: User, hours: int) -> None:
    task, missed = hourly_missed(owner, hours, missed=Task.Missed.ALL)
    fire_everything()
    assert due_times(task) == missed


def test_all_is_at_most_the_last_hundred(owner: User) -> None:
    task, missed = hourly_missed(owner, 300, missed=Task.Missed.ALL)
    fire_everything()
    assert due_times(task) == missed[-100:]


def test_many_who_want_all_are_fired_in_several_batches(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "RUNS_PER_BATCH", 250)
    tasks = [hourly_missed(owner, 150, missed=Task.Missed.ALL)[0] for _ in range(7)]
    assert fire_everything() == 3
    assert Counter(Run.objects.values_list("task", flat=True)) == {task.pk: 100 for task in tasks}


def test_what_nothing_could_begin_in_time_expires(owner: User) -> None:
    begun: list[int] = []
    task, missed = hourly_missed(owner, 3, expires_after=600)
    fire_everything()
    run = Run.objects.get(task=task)
    assert run.expires_at == missed[-1] + timedelta(seconds=600)
    with handled_by(lambda run: begun.append(run.pk)):
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, begun) == (Run.State.EXPIRED, [])


def test_what_can_still_begin_in_time_runs(owner: User) -> None:
    task, _ = hourly_missed(owner, 3, expires_after=7200)
    fire_everything()
    run = Run.objects.get(task=task)
    engine.execute(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETED
