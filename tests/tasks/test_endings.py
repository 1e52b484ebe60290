"""How a run ends, and what becomes of it until then."""

import logging
from collections.abc import Callable

import pytest
from django.db import OperationalError
from pytest_django import Settings

from accounts.models import User
from tasks import engine
from tasks.active import ActiveRun
from tasks.clock import database_now, in_seconds
from tasks.door import start
from tasks.errors import Later, PermanentError, Stopping, TemporaryError
from tasks.kinds import Retry
from tasks.models import Run
from tasks.signals import run_finished
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


def raising(error: Exception) -> Callable[[ActiveRun[Steps]], None]:
    def handler(run: ActiveRun[Steps]) -> None:
        raise error

    return handler


def executed(owner: User) -> Run:
    run = start(NAME, owner=owner, params=Steps())
    engine.execute(run.pk)
    run.refresh_from_db()
    return run


def make_due(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(next_attempt_at=in_seconds(-1))


def test_a_handler_that_returns_completes_its_run_with_a_summary(owner: User) -> None:
    with handled_by(lambda run: "3 steps taken"):
        run = executed(owner)
    assert (run.state, run.summary, run.claim) == ("completed", "3 steps taken", None)
    assert run.finished_at is not None
    assert [attempt.outcome for attempt in run.attempts.all()] == ["completed"]


def test_a_temporary_error_is_tried_again_later_and_fails_when_the_tries_are_used_up(owner: User) -> None:
    with handled_by(raising(TemporaryError("The server is busy.")), retry=Retry(limit=3)):
        run = executed(owner)
        assert (run.state, run.error, run.tries_left) == ("pending", "The server is busy.", 2)
        assert run.waits_to_try_again
        for _ in range(2):
            make_due(run)
            engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error, run.attempts_made) == ("failed", "The server is busy.", 3)
    assert [attempt.outcome for attempt in run.attempts.all()] == ["try again", "try again", "failed"]


def test_a_pause_that_the_failing_server_asked_for_is_kept_and_uses_up_the_try(owner: User) -> None:
    with handled_by(raising(TemporaryError("Too many.", pause=500)), retry=Retry(limit=3, cap=10)):
        run = executed(owner)
    assert (run.state, run.tries_left) == ("pending", 2)
    assert 490 < (run.next_attempt_at - database_now()).total_seconds() <= 500


def test_the_wait_doubles_up_to_a_cap_and_is_jittered(settings: Settings) -> None:
    settings.TASKS_RETRY_SECONDS = 4
    retry = Retry(cap=60)
    for attempt, longest in [(1, 4), (2, 8), (3, 16), (4, 32), (5, 60), (9, 60)]:
        delays = {retry.delay(attempt) for _ in range(50)}
        assert longest / 2 <= min(delays)
        assert max(delays) <= longest
        assert len(delays) > 1


def test_a_permanent_error_fails_the_run_at_once(owner: User) -> None:
    with handled_by(raising(PermanentError("There is no such thing."))):
        run = executed(owner)
    assert (run.state, run.error, run.tries_left) == ("failed", "There is no such thing.", 2)


def test_an_unexpected_error_fails_the_run_without_showing_its_inside(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    with handled_by(raising(ZeroDivisionError("secret detail"))), caplog.at_level(logging.ERROR):
        run = executed(owner)
    assert run.state == "failed"
    assert "secret" not in run.error
    assert "secret detail" in caplog.text


def test_a_database_error_is_temporary(owner: User) -> None:
    with handled_by(raising(OperationalError("server closed the connection"))):
        run = executed(owner)
    assert (run.state, run.error) == ("pending", "The database was away.")


def test_later_hands_back_without_using_up_a_try(owner: User) -> None:
    with handled_by(raising(Later(60, "waiting for the hour"))):
        run = executed(owner)
    assert (run.state, run.tries_left) == ("pending", 3)


def test_a_stopping_worker_hands_its_run_to_another_at_once(owner: User) -> None:
    with handled_by(raising(Stopping())):
        run = executed(owner)
    assert (run.state, run.tries_left, run.published_at) == ("pending", 3, None)
    with handled_by(lambda run: "done"):
        engine.execute(run.pk)
    run.refresh_from_db()
    assert run.state == "completed"
    assert [attempt.outcome for attempt in run.attempts.all()] == ["handed back", "completed"]


def test_listeners_are_told_once_and_inside_the_finishing_transaction(owner: User) -> None:
    told: list[tuple[int, str]] = []

    def listener(sender: type[Run], run: Run, **_: object) -> None:
        told.append((run.pk, run.state))
        if len(told) == 1:
            raise RuntimeError("killed while finishing")

    run_finished.connect(listener)
    try:
        with handled_by(lambda run: "done"):
            run = start(NAME, owner=owner, params=Steps())
            with pytest.raises(RuntimeError):
                engine.execute(run.pk)
            run.refresh_from_db()
            assert run.state == "running", "what the listener could not do took the finish with it"
            Run.objects.update(claimed_until=in_seconds(-1))
            engine.execute(run.pk)
    finally:
        run_finished.disconnect(listener)
    run.refresh_from_db()
    assert run.state == "completed"
    assert told == [(run.pk, "completed")] * 2


def test_a_kind_this_version_does_not_know_fails_with_a_clear_word(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps())
    engine.execute(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert NAME in run.error
