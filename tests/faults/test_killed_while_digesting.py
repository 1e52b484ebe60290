"""The worker is killed while many digests are let out: each reader gets one e-mail, of everything."""

from collections import Counter
from datetime import timedelta

import pytest

from notifications.door import notify
from notifications.events import Email
from notifications.models import Digest
from notifications.wishes.choosing import choose
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.models import Run
from tests.factories import make_user
from tests.faults.test_killed_worker import BETWEEN_LOOKS, PAUSE
from tests.servers import wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

READERS = 40
KILL_AFTER = [1, 20, 39]


def ended() -> int:
    return Run.objects.filter(task__kind_name="notification.digest.email", state=Run.State.COMPLETED).count()


def come_due_soon(digest: Digest) -> None:
    assert digest.task is not None
    digest.due_at = database_now() + timedelta(seconds=2)
    digest.save(update_fields=["due_at"])
    digest.task.reschedule(Schedule.at(digest.due_at, "UTC"))


def test_kills_double_no_digest_and_lose_none(
    on_postgresql_alone: None, processes: Stack, sink: Sink
) -> None:
    readers = [make_user(f"reader{number}") for number in range(READERS)]
    for reader in readers:
        choose(reader.pk, "other", email=Email.DIGEST)
        notify(reader, title="One")
        notify(reader, title="Two")
    processes.start_worker()
    processes.start_beat()
    for digest in Digest.objects.select_related("task"):
        come_due_soon(digest)
    sink.configure(pause=PAUSE)
    for count in KILL_AFTER:
        wait_until(lambda count=count: sink.count() >= count, 60, interval=BETWEEN_LOOKS)  # type: ignore[misc]
        processes.kill("worker")
        processes.start_worker()
    wait_until(lambda: ended() == READERS, 120)

    assert not Digest.objects.filter(closed_at=None).exists()
    received = Counter(sink.recipients())
    assert set(received) == {reader.email for reader in readers}
    assert received.total() - READERS <= 1  # taken by the server at the moment of a kill
    assert {message.subject for message in sink.messages()} == {"Your digest: 2 notifications"}
