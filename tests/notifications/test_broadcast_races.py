"""Changed, fired, retracted and deleted at the same moment: shown once at most, and no deadlock."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import User
from notifications.broadcasts.asking import change, delete, fingerprint, retract
from notifications.inbox.arrivals import take_in
from notifications.models import Announcement, AnnouncementCounter, Broadcast
from tasks.engine import execute
from tasks.firing import fire_due
from tasks.models import Run, Task
from tests.notifications.announcements import (
    herald,
    make_broadcast,
    make_due,
    newest_run,
    shown,
    stored,
    titles,
)
from tests.notifications.test_broadcasting import STILL_LATER
from tests.together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("sqlite" in str(connection.vendor), reason="SQLite lets one writer in at a time"),
]

ROUNDS = 8


def due() -> Broadcast:
    broadcast = make_broadcast()
    make_due(broadcast)
    return broadcast


def fired(broadcast: Broadcast) -> Callable[[], object]:
    """Beat and a worker at work."""

    def act() -> None:
        fire_due()
        for run in Run.objects.filter(task__broadcast=broadcast.pk):
            execute(run.pk)

    return act


def moved(broadcast: Broadcast, title: str = "Moved") -> Callable[[], object]:
    mine, seen, by = Broadcast.objects.get(pk=broadcast.pk), fingerprint(stored(broadcast)), herald()
    mine.title = title
    return lambda: change(mine, [], by, STILL_LATER, seen=seen)


def retracted(broadcast: Broadcast) -> Callable[[], object]:
    mine = Broadcast.objects.get(pk=broadcast.pk)
    return lambda: retract(mine)


def finish(broadcast: Broadcast) -> int:
    """How often it was announced, once whatever is left was done."""
    fired(broadcast)()
    return Announcement.objects.filter(broadcast=broadcast.pk).count()


def test_moved_at_the_moment_it_fires() -> None:
    for _ in range(ROUNDS):
        broadcast = due()
        outcome, fired_well = together(moved(broadcast), fired(broadcast))
        assert fired_well is None
        was_moved = Task.objects.get(broadcast=broadcast).next_run_at is not None
        assert was_moved == (outcome is None)
        assert isinstance(outcome, ValidationError | None)
        assert finish(broadcast) == (0 if was_moved else 1)


def test_moved_in_two_tabs_at_once() -> None:
    for _ in range(ROUNDS):
        broadcast = make_broadcast()
        outcomes = together(moved(broadcast, "One"), moved(broadcast, "Two"))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "ValidationError"]
        assert Task.objects.filter(broadcast=broadcast).count() == 1


def test_retracted_at_the_moment_it_fires(owner: User) -> None:
    for _ in range(ROUNDS):
        broadcast = due()
        assert together(retracted(broadcast), fired(broadcast)) == [True, None]
        finish(broadcast)
        assert not Announcement.objects.current().exists()
        take_in(User.objects.get(pk=owner.pk))
        assert titles(owner) == []


def test_two_workers_carry_the_same_run_out() -> None:
    for _ in range(ROUNDS):
        broadcast = make_broadcast(schedule=None)
        run = newest_run(broadcast)
        together(*[lambda key=run.pk: execute(key)] * 3)
        assert finish(broadcast) == 1


def test_deleted_at_the_moment_it_fires_by_its_page_or_with_its_task() -> None:
    for index in range(ROUNDS):
        broadcast = due()
        task = Task.objects.get(broadcast=broadcast)
        mine = Broadcast.objects.get(pk=broadcast.pk)
        act: Callable[[], object] = task.delete if index % 2 else lambda mine=mine: delete(mine)  # type: ignore[misc]
        outcomes = together(act, fired(broadcast))
        assert not [one for one in outcomes if isinstance(one, Exception)]
        assert finish(broadcast) <= 1


def test_several_that_are_announced_at_once_are_numbered_one_by_one(owner: User) -> None:
    broadcasts = [make_broadcast(f"Number {number}", schedule=None) for number in range(6)]
    runs = [newest_run(broadcast).pk for broadcast in broadcasts]
    before = AnnouncementCounter.objects.head()
    together(*[lambda key=key: execute(key) for key in runs])
    numbers = sorted(Announcement.objects.values_list("number", flat=True))
    assert numbers == list(range(before + 1, before + 7))


def test_retracted_while_somebody_comes_by(owner: User) -> None:
    for _ in range(ROUNDS):
        announcement = shown()
        user = User.objects.get(pk=owner.pk)
        outcomes = together(retracted(announcement.broadcast), lambda user=user: take_in(user))  # type: ignore[misc]
        assert outcomes == [True, None]
        assert titles(owner) == []
