"""A worker keeps its run while it works, however long one step takes, and not a moment longer."""

import threading

import pytest
from pytest_django import Settings

from accounts.models import User
from tasks import engine
from tasks.active import ActiveRun
from tasks.door import start
from tasks.lease import keeper
from tasks.models import Run
from tests.servers import wait_until
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_lease(settings: Settings) -> None:
    settings.TASKS_LEASE_SECONDS = 1.5


def test_the_lease_outlasts_a_step_that_takes_longer(owner: User) -> None:
    def handler(run: ActiveRun[Steps]) -> str:
        renewals = {Run.objects.get(pk=run.pk).claimed_until}

        def is_renewed_twice() -> bool:
            renewals.add(Run.objects.get(pk=run.pk).claimed_until)
            return len(renewals) > 2

        wait_until(is_renewed_twice, 10)
        assert engine.claim(run.pk) is None
        return "still mine"

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.summary, run.attempts_made) == ("still mine", 1)


def test_a_worker_that_slept_past_its_lease_takes_no_further_step_when_another_has_the_run(
    owner: User,
) -> None:
    steps_taken = []
    may_go_on = threading.Event()

    def handler(run: ActiveRun[Steps]) -> None:
        for step in run.track(range(3)):
            steps_taken.append(step)
            keeper.remove(run.lease)  # the machine sleeps: nothing renews
            wait_until(lambda: Run.objects.abandoned().exists(), 10)
            assert engine.claim(run.pk) is not None
            may_go_on.set()

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    assert may_go_on.is_set()
    assert steps_taken == [0]


def test_a_worker_that_slept_past_its_lease_goes_on_when_nobody_took_the_run(owner: User) -> None:
    def handler(run: ActiveRun[Steps]) -> str:
        for _ in run.track(range(2)):
            keeper.remove(run.lease)
            wait_until(lambda: Run.objects.abandoned().exists(), 10)
        return "done"

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert run.summary == "done"
