"""Pressed, fired and deleted at the same moment: the last word holds, and nobody waits for each other."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from accounts.models import User
from mail.models import Delivery
from reminders.door import change
from reminders.models import Occurrence, Reminder
from tasks.clock import database_now
from tasks.engine import execute
from tasks.models import Run, Task
from tests.reminders.kinds import HOURLY, newest, rang, reminder_of, time_passes, waiting
from tests.smtp_sink import Sink
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


def done(occurrence: Occurrence) -> Callable[[], object]:
    mine = Occurrence.objects.get(pk=occurrence.pk)  # as each request has its own
    return mine.acknowledge


def snoozed(occurrence: Occurrence, hours: int = 1) -> Callable[[], object]:
    mine = Occurrence.objects.get(pk=occurrence.pk)
    return lambda: mine.snooze(database_now() + timedelta(hours=hours))


def due(reminder: Reminder) -> Run:
    """Its waiting run, whose time has come."""
    [run] = waiting(reminder)
    time_passes(run)
    return run


def test_done_and_snooze_at_once(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner, email=False)
        occurrence = rang(reminder)
        outcomes = together(done(occurrence), snoozed(occurrence))
        assert outcomes in ([True, True], [True, False])
        assert waiting(reminder) == []


def test_several_snoozes_at_once_leave_one_ring(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner, email=False, nag_every=5)
        occurrence = rang(reminder)
        assert together(*(snoozed(occurrence, hours) for hours in (1, 2, 3))) == [True] * 3
        assert len(waiting(reminder)) == 1


def test_done_twice_at_once_is_done_once(owner: User, sink: Sink) -> None:
    occurrence = rang(reminder_of(owner, email=False))
    outcomes = together(*(done(occurrence) for _ in range(4)))
    assert sorted(map(str, outcomes)) == ["False"] * 3 + ["True"]


def test_done_while_it_rings_again(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner, nag_every=5)
        occurrence = rang(reminder)
        run = due(reminder)
        sink.reset()
        assert together(done(occurrence), partial(execute, run.pk)) == [True, None]
        run.refresh_from_db()
        assert (run.is_final, waiting(reminder)) == (True, [])
        mailed = Delivery.objects.filter(run=run, state="sent").count()
        assert len(sink.recipients()) == mailed <= occurrence.rings.rung().count() - 1


def test_snooze_while_it_rings_again(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner, nag_every=5)
        occurrence = rang(reminder)
        run = due(reminder)
        assert together(snoozed(occurrence), partial(execute, run.pk)) == [True, None]
        assert len(waiting(reminder)) == 1
        assert occurrence.snoozed_until is not None


def test_two_workers_at_one_run(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner)
        sink.reset()
        run = reminder.run_now()
        assert together(*[partial(execute, run.pk)] * 3) == [None] * 3
        assert (Occurrence.objects.filter(task=reminder).count(), sink.recipients()) == (1, [owner.email])


def test_two_firings_at_once_leave_one_open(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner, schedule=HOURLY, email=False, nag_every=5)
        now = database_now()
        runs = [
            Run.objects.create(task=reminder, due_at=at, next_attempt_at=at, tries_left=6)
            for at in (now - timedelta(hours=1), now)
        ]
        assert together(*(partial(execute, run.pk) for run in runs)) == [None, None]
        occurrences = Occurrence.objects.filter(task=reminder)
        assert (occurrences.count(), occurrences.open().get().due_at) == (2, now)
        assert [run.ring.occurrence.due_at for run in waiting(reminder)] == [now]


def test_deleted_while_it_rings_and_is_pressed(owner: User, sink: Sink) -> None:
    for _ in range(ROUNDS):
        reminder = reminder_of(owner, nag_every=5)
        occurrence = rang(reminder)
        run = due(reminder)
        outcomes = together(
            Reminder.objects.get(pk=reminder.pk).delete,
            done(occurrence),
            snoozed(occurrence),
            partial(execute, run.pk),
        )
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert all(isinstance(error, Occurrence.DoesNotExist) for error in errors), errors
        assert not Run.objects.filter(task=reminder.pk).exists()


def test_changed_while_it_rings_and_is_pressed(owner: User, sink: Sink) -> None:
    for round_ in range(ROUNDS):
        reminder = reminder_of(owner, nag_every=5, email=False)
        occurrence = rang(reminder)
        run = due(reminder)
        mine = Reminder.objects.get(pk=reminder.pk)
        outcomes = together(
            partial(change, mine, title=f"Round {round_}", schedule=HOURLY, email=False),
            snoozed(occurrence),
            partial(execute, run.pk),
        )
        assert outcomes == [None, True, None]
        assert len(waiting(reminder)) == 1
        assert newest(reminder).task.title == f"Round {round_}"


@pytest.mark.parametrize("address", ["pause", "pause/delete", "runs", "delete"])
def test_what_is_deleted_while_its_button_is_pressed_is_not_found(
    owner: User, client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    reminder = reminder_of(owner)
    client.force_login(owner)
    locked = Task._locked

    def delete_first(task: Task) -> AbstractContextManager[None]:
        Task.objects.filter(pk=task.pk).delete()
        return locked(task)

    monkeypatch.setattr(Task, "_locked", delete_first)
    assert client.post(f"{reminder.get_absolute_url()}{address}/").status_code == 404
