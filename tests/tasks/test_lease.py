"""A worker keeps its run while it works, however long one step takes, and not a moment longer."""

import threading

import pytest
from django.db import InternalError
from pytest_django import Settings

from accounts.models import User
from tasks import engine, lease
from tasks.active import ActiveRun
from tasks.door import start
from tasks.lease import Lease
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
            lease.keeper.remove(run.lease)  # the machine sleeps: nothing renews
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
            lease.keeper.remove(run.lease)
            wait_until(lambda: Run.objects.abandoned().exists(), 10)
        return "done"

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert run.summary == "done"


def test_a_renewal_that_fails_in_an_unforeseen_way_is_not_the_last(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = Lease.renew
    failures: list[Lease] = []

    def fail_first(lease: Lease) -> None:
        if not failures:
            failures.append(lease)
            raise InternalError("cannot execute UPDATE in a read-only transaction")
        renew(lease)

    monkeypatch.setattr(Lease, "renew", fail_first)

    def handler(run: ActiveRun[Steps]) -> None:
        first = Run.objects.get(pk=run.pk).claimed_until
        wait_until(lambda: Run.objects.get(pk=run.pk).claimed_until != first, 10)

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, len(failures)) == ("completed", 1)
