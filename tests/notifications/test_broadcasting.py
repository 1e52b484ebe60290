"""A broadcast is shown when its time comes, once; it is changed, retracted and deleted while that can be."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from notifications.broadcasts.asking import CHANGED_MEANWHILE, TOO_LATE, change, delete, fingerprint, retract
from notifications.inbox.arrivals import take_in
from notifications.models import Announcement, Broadcast, Notification
from tasks.clock import database_now
from tasks.door import start
from tasks.engine import claim, execute
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.factories import make_user
from tests.notifications.announcements import (
    HOURLY,
    LATER,
    carried_out,
    herald,
    make_broadcast,
    make_due,
    newest_run,
    shown,
    stored,
    time_comes,
    titles,
)

pytestmark = pytest.mark.django_db(transaction=True)
STILL_LATER = Schedule("UTC", starts=datetime(2051, 1, 1, 9, 0))
State = Broadcast.State


def edited(broadcast: Broadcast, title: str = "Changed", schedule: Schedule | None = STILL_LATER) -> None:
    """As its form does, opened and saved at once."""
    mine = Broadcast.objects.get(pk=broadcast.pk)
    mine.title = title
    change(mine, [], herald(), schedule, seen=fingerprint(stored(broadcast)))


def announced() -> list[str]:
    return list(Announcement.objects.order_by("number").values_list("title", flat=True))


def test_its_time_comes_and_it_is_shown(owner: User) -> None:
    broadcast = make_broadcast()
    assert (broadcast.state, fire_due()) == (State.SCHEDULED, 0)
    time_comes(broadcast)
    assert (stored(broadcast).state, fire_due(), announced()) == (State.SHOWN, 0, ["Maintenance at noon"])
    assert newest_run(broadcast).summary == "shown to: everyone"


def test_one_that_repeats_is_shown_each_time(owner: User) -> None:
    broadcast = make_broadcast("Backup your work", schedule=HOURLY)
    for _ in range(3):
        time_comes(broadcast)
    take_in(owner)
    assert titles(owner) == ["Backup your work"] * 3
    assert stored(broadcast).state == State.REPEATING


def test_a_run_that_is_carried_out_again_after_a_kill_announces_nothing_more(owner: User) -> None:
    broadcast = make_broadcast(schedule=None)
    run = newest_run(broadcast)
    active = claim(run.pk)
    assert active
    active.kind.handler(active)  # and killed before it could say so
    Run.objects.filter(pk=run.pk).update(claimed_until=database_now() - timedelta(seconds=1))
    execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts_made, announced()) == ("completed", 2, ["Maintenance at noon"])
    take_in(owner)
    assert titles(owner) == ["Maintenance at noon"]


def test_what_was_shown_stays_as_it_was_when_the_broadcast_is_changed(owner: User) -> None:
    broadcast = make_broadcast("One", schedule=HOURLY)
    time_comes(broadcast)
    edited(broadcast, "Two", HOURLY)
    time_comes(broadcast)
    assert announced() == ["One", "Two"]
    take_in(owner)
    assert titles(owner) == ["One", "Two"]


def test_changing_the_time_reschedules_it() -> None:
    broadcast = make_broadcast()
    edited(broadcast)
    task = Task.objects.get(broadcast=broadcast)
    assert (task.next_run_at, task.title) == (datetime(2051, 1, 1, 9, tzinfo=UTC), "Changed")
    assert not task.runs.exists()


def test_changing_the_words_alone_does_not_drop_what_is_due() -> None:
    broadcast = make_broadcast()
    make_due(broadcast)
    edited(broadcast, schedule=Task.objects.get().schedule)
    fire_due()
    assert carried_out(broadcast).title == "Changed"


def test_what_just_fired_cannot_be_moved_and_is_shown_once() -> None:
    broadcast = make_broadcast()
    make_due(broadcast)
    fire_due()
    with pytest.raises(ValidationError) as refused:
        edited(broadcast)
    assert refused.value.messages == [TOO_LATE]
    carried_out(broadcast)
    assert (fire_due(), announced()) == (0, ["Maintenance at noon"])


def test_the_same_form_saved_twice_changes_it_once() -> None:
    broadcast = make_broadcast()
    seen = fingerprint(broadcast)
    for _ in range(2):
        mine = Broadcast.objects.get(pk=broadcast.pk)
        mine.title = "Changed"
        change(mine, [], herald(), STILL_LATER, seen=seen)
    assert Broadcast.objects.get().title == "Changed"


def test_two_who_change_it_do_not_undo_each_others_work() -> None:
    broadcast = make_broadcast()
    seen = fingerprint(broadcast)
    edited(broadcast, "First")
    mine = Broadcast.objects.get(pk=broadcast.pk)
    mine.title = "Second"
    with pytest.raises(ValidationError) as refused:
        change(mine, [], herald(), LATER, seen=seen)
    assert refused.value.messages == [CHANGED_MEANWHILE]
    assert Broadcast.objects.get().title == "First"


def test_one_that_is_paused_goes_on_once_it_is_saved() -> None:
    broadcast = make_broadcast()
    Task.objects.get().pause()
    assert stored(broadcast).state == State.PAUSED
    edited(broadcast, "Maintenance at noon", LATER)
    assert stored(broadcast).state == State.SCHEDULED


def test_one_whose_task_was_deleted_is_not_shown_and_can_be_given_another_time() -> None:
    broadcast = make_broadcast()
    Task.objects.get().delete()
    assert stored(broadcast).state == State.NEVER
    edited(broadcast)
    assert stored(broadcast).state == State.SCHEDULED


def test_a_retracted_one_never_fires_and_cannot_be_changed() -> None:
    broadcast = make_broadcast(schedule=HOURLY)
    make_due(broadcast)
    assert retract(broadcast)
    assert (fire_due(), stored(broadcast).state) == (0, State.RETRACTED)
    with pytest.raises(ValidationError):
        edited(broadcast)


def test_one_that_is_retracted_before_a_worker_has_it_is_not_shown() -> None:
    broadcast = make_broadcast(schedule=None)
    run = newest_run(broadcast)
    retract(broadcast)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.state, announced()) == ("cancelled", [])
    assert run.retry()
    execute(run.pk)
    run.refresh_from_db()
    assert (run.summary, announced()) == ("retracted, not shown", [])


def test_one_that_was_never_shown_is_deleted_with_its_task() -> None:
    broadcast = make_broadcast()
    assert delete(broadcast)
    assert (Broadcast.objects.count(), Task.objects.count()) == (0, 0)


def test_what_was_shown_is_kept() -> None:
    announcement = shown()
    assert not delete(announcement.broadcast)
    assert announced() == ["Maintenance at noon"]


def test_who_may_not_broadcast_any_more_shows_nothing_and_is_told() -> None:
    broadcast = make_broadcast()
    User.objects.filter(username="herald").update(is_staff=False, is_superuser=False)
    make_due(broadcast)
    fire_due()
    execute(newest_run(broadcast).pk)
    assert (announced(), stored(broadcast).state) == ([], State.NEVER)
    assert "may not broadcast any more" in Notification.objects.get().body


def test_a_colleague_who_saves_it_answers_for_it() -> None:
    broadcast = make_broadcast()
    colleague = make_user("colleague", is_staff=True, is_superuser=True)
    change(Broadcast.objects.get(), [], colleague, STILL_LATER, seen=fingerprint(broadcast))
    User.objects.get(username="herald").delete()
    time_comes(broadcast)
    assert announced() == ["Maintenance at noon"]
    assert Broadcast.objects.get().author is None


def test_nobody_starts_the_task_of_a_broadcast_by_themselves(owner: User) -> None:
    broadcast = make_broadcast()
    for user in (owner, herald()):
        with pytest.raises(ValidationError):
            start("broadcast", owner=user, params={"broadcast": broadcast.pk})


def test_success_tells_nobody_of_the_task() -> None:
    shown()
    assert not Notification.objects.exists()
