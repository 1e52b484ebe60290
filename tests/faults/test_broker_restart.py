"""The broker is killed and comes back, while runs are being accepted and while they are being worked on."""

import time
from collections import Counter

import pytest

from tasks.models import Run
from tests.faults.test_killed_worker import RECIPIENTS, ask_for_mailing, ended
from tests.servers import Server, wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.punctual, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("broker", "seconds_away"),
    [pytest.param("valkey", 0, marks=pytest.mark.any_database), ("rabbit", 20)],
    indirect=["broker"],
)
def test_nothing_is_lost_or_doubled_and_nobody_waits(
    processes: Stack, sink: Sink, broker: Server, seconds_away: float
) -> None:
    sink.configure(pause=0.01)
    processes.start_beat()
    processes.start_worker()
    runs, waits = [], []

    def accept(round_: int) -> None:
        began = time.monotonic()
        runs.append(ask_for_mailing(round_))
        waits.append(time.monotonic() - began)

    accept(0)
    wait_until(lambda: sink.count() >= 20, 60)
    broker.kill()
    killed_at = time.monotonic()
    for round_ in range(1, 4):
        accept(round_)
    wait_until(lambda: ended(runs[0]), 60)  # the worker goes on without a broker
    wait_until(lambda: time.monotonic() >= killed_at + seconds_away, 60)
    broker.start()
    accept(4)
    processes.raise_if_ended("worker")
    processes.raise_if_ended("beat")
    wait_until(lambda: all(ended(run) for run in runs), 120)

    assert {run.state for run in Run.objects.all() if run.task.kind_name == "note.email"} == {"completed"}
    received = Counter(sink.recipients())
    assert len(received) == RECIPIENTS * len(runs)
    assert received.most_common(1)[0][1] == 1
    assert max(waits) < 2
