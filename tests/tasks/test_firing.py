"""What is due is fired once by as many as try, and nothing that is broken or held stands in its way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from tasks import engine, firing
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tasks.scheduler import SECONDS_TO_LET_ANOTHER_FINISH, fire_all
from tasks.signals import schedule_failed
from tests.servers import wait_until
from tests.tasks.factories import make_run
from tests.tasks.firings import MINUTELY, due_times, fire_everything, second, stored
from tests.tasks.kinds import NAME, handled_by
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


def test_several_share_what_is_due_without_loss_or_double(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "TASKS_PER_BATCH", 20)
    due_at = second(-1)
    Task.objects.bulk_create(
        Task(
            owner=owner,
            kind_name=NAME,
            title=str(number),
            time_zone="UTC",
            starts=due_at.replace(tzinfo=None),
            next_run_at=due_at,
        )
        for number in range(400)
    )
    outcomes = together(*[fire_everything] * 4)
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    wait_until(lambda: fire_everything() == 0)
    assert Run.objects.count() == Run.objects.values("task").distinct().count() == 400
    assert not Task.objects.filter(next_run_at__isnull=False).exists()


def test_a_schedule_that_cannot_be_told_pauses_its_task_alone(owner: User, friend: User) -> None:
    told: list[Task] = []

    def listen(task: Task, **_: object) -> None:
        told.append(task)

    broken = stored(owner, MINUTELY, second(-30))
    Task.objects.filter(pk=broken.pk).update(crontab="every so often")
    sound = stored(friend, Schedule.at(second(-1), "UTC"))
    schedule_failed.connect(listen)
    try:
        assert (fire_due(), fire_due()) == (2, 0)
    finally:
        schedule_failed.disconnect(listen)
    broken.refresh_from_db()
    assert (bool(broken.paused_at), broken.next_run_at, told) == (True, None, [broken])
    assert (len(due_times(sound)), due_times(broken)) == (1, [])


def test_it_is_paused_and_holds_up_no_other_even_if_nobody_can_be_told(owner: User, friend: User) -> None:
    def refuse(**_: object) -> None:
        Task.objects.update(title="Half told")
        raise ValueError("nobody may hear of it")

    broken = stored(owner, MINUTELY, second(-30))
    Task.objects.filter(pk=broken.pk).update(time_zone="Mars/Olympus")
    sound = stored(friend, Schedule.at(second(-1), "UTC"))
    schedule_failed.connect(refuse)
    try:
        assert fire_due() == 2
    finally:
        schedule_failed.disconnect(refuse)
    broken.refresh_from_db()
    assert (bool(broken.paused_at), broken.title, len(due_times(sound))) == (True, "Steps", 1)


def test_a_kind_that_only_a_newer_version_knows_is_fired_all_the_same(owner: User) -> None:
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    Task.objects.update(kind_name="of.tomorrow")
    fire_due()
    run = Run.objects.get(task=task)
    engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, "does not know" in run.error) == (Run.State.FAILED, True)


@contextmanager
def held(rows: Any) -> Iterator[None]:
    """While somebody else's transaction holds these rows."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(rows.select_for_update())
            taken.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join(30)


on_rows = pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has no locks of rows: writers take turns"
)


@on_rows
def test_a_task_that_somebody_holds_keeps_no_waiting_run_from_going_out(owner: User) -> None:
    stored(owner, Schedule.at(second(-1), "UTC"))
    run = make_run(owner)
    with held(Task.objects.filter(next_run_at__isnull=False)):
        assert fire_all() == SECONDS_TO_LET_ANOTHER_FINISH
        run.refresh_from_db()
        assert run.published_at
    fire_all()
    assert Run.objects.count() == 2


@on_rows
def test_a_waiting_run_that_somebody_holds_is_not_asked_for_without_a_pause(owner: User) -> None:
    run = make_run(owner)
    with held(Run.objects.filter(pk=run.pk)):
        assert fire_all() == SECONDS_TO_LET_ANOTHER_FINISH
    fire_all()
    run.refresh_from_db()
    assert run.published_at
