"""Who may work on a run: exactly one worker, decided by the row."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from tasks import engine
from tasks.active import ActiveRun
from tasks.clock import in_seconds
from tasks.door import start
from tasks.errors import LeaseLost
from tasks.models import Run
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(count: int, work: Callable[[], None]) -> None:
    """Run `work` side by side, each with a database connection of its own; re-raise what any raised."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - carried to the test's thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.faults
def test_two_workers_given_the_same_thousand_runs_run_each_once(owner: User) -> None:
    seen: Counter[int] = Counter()
    with handled_by(lambda run: seen.update([run.pk])):
        ids = [start(NAME, owner=owner, params=Steps()).pk for _ in range(1000)]

        def work() -> None:
            for run_id in ids:
                engine.execute(run_id)

        in_threads(2, work)
    assert seen == Counter(ids)
    assert Run.objects.filter(state="completed", attempts_made=1).count() == 1000


def test_a_run_is_not_claimed_before_its_time(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps())
        Run.objects.update(next_attempt_at=in_seconds(60))
        assert engine.claim(run.pk) is None


def test_a_run_that_is_held_is_not_claimed(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps())
        assert engine.claim(run.pk) is not None
        assert engine.claim(run.pk) is None


def test_a_run_whose_lease_ran_out_goes_to_the_next_worker_and_the_first_stops(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps())
        first = engine.claim(run.pk)
        assert first is not None
        Run.objects.update(claimed_until=in_seconds(-1))
        second = engine.claim(run.pk)
        assert second is not None
        with pytest.raises(LeaseLost):
            first.save()
        second.save()
    assert [attempt.outcome for attempt in run.attempts.all()] == ["lost", "working"]


def test_a_worker_that_lost_its_run_cannot_finish_it(owner: User) -> None:
    def lose(run: ActiveRun[Steps]) -> str:
        Run.objects.update(claimed_until=in_seconds(-1))
        assert engine.claim(run.pk) is not None
        return "finished by the wrong one"

    with handled_by(lose):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.summary, run.attempts_made) == ("running", "", 2)
