"""Tasks are changed, paused, resumed and deleted around their due second, and while they fire."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from accounts.models import User
from tasks import engine
from tasks.admin import TaskAdmin
from tasks.clock import database_now
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.tasks.firings import HOUR, MINUTELY, due_times, hourly_missed, second, stored
from tests.tasks.kinds import handled_by
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


def test_what_is_not_due_yet_is_left_alone(owner: User) -> None:
    task = stored(owner, Schedule.at(second(60), "UTC"))
    assert fire_due() == 0
    assert due_times(task) == []


def test_a_moment_fires_once_and_never_again(owner: User) -> None:
    due_at = second(-1)
    task = stored(owner, Schedule.at(due_at, "UTC"))
    assert (fire_due(), fire_due(), due_times(task)) == (1, 0, [due_at])
    with pytest.raises(ValidationError):
        task.reschedule(Schedule.at(due_at, "UTC"))
    assert (fire_due(), due_times(task)) == (0, [due_at])


def test_a_new_schedule_drops_what_the_old_one_had_due(owner: User) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    later = second(3600)
    task.reschedule(Schedule.at(later, "UTC"))
    assert (fire_due(), Task.objects.get().next_run_at) == (0, later)


@pytest.mark.parametrize("fired_before", [True, False])
def test_a_schedule_given_again_does_not_fire_the_past(owner: User, fired_before: bool) -> None:
    task = stored(owner, MINUTELY, MINUTELY.latest(database_now()))
    count = fire_due() if fired_before else 0
    before = database_now()
    task.reschedule(MINUTELY.settled())
    assert fire_due() == 0 or database_now().minute != before.minute
    assert len([due for due in due_times(task) if due <= before]) == count


def test_a_paused_one_does_not_fire_and_resumes_from_now(owner: User) -> None:
    task, missed = hourly_missed(owner, 5)
    task.pause()
    assert fire_due() == 0
    task.resume()
    assert fire_due() == 0
    assert (task.next_run_at, due_times(task)) == (missed[-1] + HOUR, [])


def test_what_is_due_for_the_last_time_can_still_be_paused(owner: User) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    task.pause()
    assert (fire_due(), due_times(task), bool(task.paused_at)) == (0, [], True)


def test_a_deleted_one_does_not_fire(owner: User) -> None:
    stored(owner, Schedule.at(second(-1), "UTC")).delete()
    assert fire_due() == 0
    assert not Run.objects.exists()


@pytest.mark.parametrize("edit", [Task.pause, lambda task: task.reschedule(Schedule.at(second(3600), "UTC"))])
def test_an_edit_does_not_disturb_the_run_that_works(owner: User, edit: Callable[[Task], None]) -> None:
    seen: list[str] = []

    def edited_meanwhile(run: Any) -> str:
        edit(Task.objects.get(pk=task.pk))
        Task.objects.update(title="Another")
        run.save()
        seen.append(run.task.title)
        return "Done."

    task = stored(owner, MINUTELY, MINUTELY.latest(database_now()))
    fire_due()
    run = Run.objects.get()
    with handled_by(edited_meanwhile):
        engine.execute(run.pk)
    run.refresh_from_db()
    after_edit = Task.objects.get(pk=task.pk).next_run_at
    assert (run.state, run.summary, seen) == (Run.State.COMPLETED, "Done.", ["Steps"])
    assert after_edit is None or after_edit > database_now() + HOUR / 2


def test_a_clock_that_is_set_back_doubles_nothing(owner: User) -> None:
    task, missed = hourly_missed(owner, 1)
    fire_due()
    Task.objects.update(next_run_at=missed[0])
    assert (fire_due(), due_times(task)) == (1, missed)


# At the same moment


@pytest.mark.parametrize("round_", range(6))
def test_paused_while_it_fires(owner: User, round_: int) -> None:
    task = stored(owner, MINUTELY, MINUTELY.latest(database_now()))
    assert together(task.pause, fire_due) in ([None, 0], [None, 1])
    task.refresh_from_db()
    assert (bool(task.paused_at), task.next_run_at) == (True, None)
    assert len(due_times(task)) <= 1
    assert fire_due() == 0


@pytest.mark.parametrize("round_", range(6))
def test_paused_while_it_fires_for_the_last_time_it_is_paused_or_over(owner: User, round_: int) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    paused, _ = together(task.pause, fire_due)
    task.refresh_from_db()
    assert task.next_run_at is None
    assert bool(task.paused_at) is (paused is None) is (due_times(task) == [])
    assert paused is None or isinstance(paused, ValidationError)


@pytest.mark.parametrize("round_", range(6))
def test_edited_while_it_fires(owner: User, round_: int) -> None:
    later = second(3600)
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    assert together(partial(task.reschedule, Schedule.at(later, "UTC")), fire_due) in ([None, 0], [None, 1])
    assert Task.objects.get().next_run_at == later, "the edit is not undone by the firing"
    assert Run.objects.count() <= 1
    assert fire_due() == 0


@pytest.mark.parametrize("round_", range(6))
def test_resumed_while_others_fire(owner: User, round_: int) -> None:
    task, missed = hourly_missed(owner, 3)
    task.pause()
    assert together(task.resume, fire_due, fire_due) == [None, 0, 0]
    assert (Task.objects.get().next_run_at, due_times(task)) == (missed[-1] + HOUR, [])


@pytest.mark.parametrize("round_", range(6))
def test_deleted_while_it_fires(owner: User, round_: int) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    deleted, fired = together(task.delete, fire_due)
    assert isinstance(deleted, tuple)
    assert fired in (0, 1)
    assert not Run.objects.exists()


@pytest.mark.parametrize("round_", range(6))
def test_deleted_in_the_admin_while_they_fire(owner: User, rf: RequestFactory, round_: int) -> None:
    for _ in range(30):
        stored(owner, Schedule.at(second(-1), "UTC"))
    delete = partial(TaskAdmin(Task, site).delete_queryset, rf.post("/"), Task.objects.all())
    deleted, fired = together(delete, fire_due)
    assert deleted is None
    assert isinstance(fired, int)
    assert not Task.objects.exists()
    assert not Run.objects.exists()
