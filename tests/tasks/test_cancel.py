"""An owner changes their mind."""

import pytest

from accounts.models import User
from tasks import engine
from tasks.active import ActiveRun
from tasks.door import start
from tasks.errors import Later, TemporaryError
from tasks.kinds import Retry
from tasks.models import Run
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_waiting_run_is_cancelled_at_once_and_never_runs(owner: User) -> None:
    with handled_by(lambda run: pytest.fail("it ran")):
        run = start(NAME, owner=owner, params=Steps())
        assert run.cancel()
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts_made) == ("cancelled", 0)


def test_a_working_run_stops_between_two_steps(owner: User) -> None:
    steps_taken = []

    def handler(run: ActiveRun[Steps]) -> None:
        for step in run.track(range(10)):
            steps_taken.append(step)
            if step == 3:
                assert Run.objects.get(pk=run.pk).cancel()
                run._next_save = 0  # the time between two saves has passed

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert steps_taken == [0, 1, 2, 3]
    assert run.state == "cancelled"
    assert [attempt.outcome for attempt in run.attempts.all()] == ["cancelled"]


def test_until_its_worker_stops_it_is_shown_as_being_cancelled(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps())
        engine.claim(run.pk)
        assert run.cancel()
    assert run.state == "running"
    assert run.is_being_cancelled


@pytest.mark.parametrize("reason", [TemporaryError("busy"), Later(600, "busy")], ids=["failed", "waits"])
def test_one_that_is_cancelled_when_it_is_to_be_tried_again_later_ends_at_once(
    owner: User, reason: Exception
) -> None:
    def handler(run: ActiveRun[Steps]) -> None:
        assert Run.objects.get(pk=run.pk).cancel()
        raise reason

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert run.finished_at is not None
    assert [attempt.error for attempt in run.attempts.all()] == ["busy"]


def test_one_that_is_cancelled_during_its_last_try_has_not_failed(owner: User) -> None:
    def handler(run: ActiveRun[Steps]) -> None:
        assert Run.objects.get(pk=run.pk).cancel()
        raise TemporaryError("busy")

    with handled_by(handler, retry=Retry(limit=1)):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_what_has_ended_cannot_be_cancelled(owner: User) -> None:
    with handled_by(lambda run: "done"):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
        assert not run.cancel()
    run.refresh_from_db()
    assert (run.state, run.summary) == ("completed", "done")


def test_a_cancelled_run_can_be_taken_up_again(owner: User) -> None:
    with handled_by(lambda run: "done"):
        run = start(NAME, owner=owner, params=Steps())
        run.cancel()
        assert run.retry()
        assert not run.retry(), "a second click finds nothing to retry"
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.cancel_requested_at) == ("completed", None)
