"""The worker is killed while many reminders ring: each tells once, is mailed once, and comes back once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count

from notifications.models import Notification
from reminders.door import remind
from reminders.models import Occurrence, Ring
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.models import Run
from tests.factories import make_user
from tests.faults.test_killed_worker import BETWEEN_LOOKS, PAUSE
from tests.servers import wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

REMINDERS = 40
KILL_AFTER = [1, 20, 39]


def ended() -> int:
    return Run.objects.filter(ring__cause=Ring.Cause.DUE, state=Run.State.COMPLETED).count()


def test_kills_double_no_ring_and_lose_none(on_postgresql_alone: None, processes: Stack, sink: Sink) -> None:
    owners = [make_user(f"owner{number}") for number in range(REMINDERS)]
    processes.start_worker()
    processes.start_beat()
    schedule = Schedule.at(database_now() + timedelta(seconds=2), "UTC")
    for owner in owners:
        remind(owner, title="Call the bank", schedule=schedule, nag_every=60)
    sink.configure(pause=PAUSE)
    for count in KILL_AFTER:
        wait_until(lambda count=count: sink.count() >= count, 60, interval=BETWEEN_LOOKS)  # type: ignore[misc]
        processes.kill("worker")
        processes.start_worker()
    wait_until(lambda: ended() == REMINDERS, 120)

    once = {owner.username: 1 for owner in owners}
    assert Counter(Notification.objects.values_list("user__username", flat=True)) == once
    assert Counter(Occurrence.objects.values_list("task__owner__username", flat=True)) == once
    rings = Ring.objects.values("cause").annotate(count=Count("pk")).values_list("cause", "count")
    assert dict(rings) == {"due": REMINDERS, "nag": REMINDERS}
    received = Counter(sink.recipients())
    assert set(received) == {owner.email for owner in owners}
    assert received.total() - REMINDERS <= 1  # taken by the server at the moment of a kill
