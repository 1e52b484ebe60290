"""How far a run is: in the row, and told to listeners, a few times a second at most."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from tasks import engine
from tasks.active import ActiveRun
from tasks.door import start
from tasks.models import Run
from tasks.signals import run_progressed
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard() -> Iterator[list[int]]:
    heard: list[int] = []

    def listener(sender: type[Run], run: Run, **_: object) -> None:
        heard.append(run.done)

    run_progressed.connect(listener)
    yield heard
    run_progressed.disconnect(listener)


def test_a_fast_run_is_told_once_at_its_start_and_ends_with_all_counted(
    owner: User, heard: list[int]
) -> None:
    def handler(run: ActiveRun[Steps]) -> None:
        for _ in run.track(range(1000)):
            pass

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.done, run.total, run.percent) == (1000, 1000, 100)
    assert len(heard) < 10


def test_a_slow_run_is_told_as_it_goes(owner: User, heard: list[int]) -> None:
    def handler(run: ActiveRun[Steps]) -> None:
        for _ in run.track(range(4)):
            run._next_save = 0  # the time between two saves has passed

    with handled_by(handler):
        run = start(NAME, owner=owner, params=Steps())
        engine.execute(run.pk)
    assert [done for done in heard if done] == [1, 2, 3, 4]
