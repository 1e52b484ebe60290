"""RabbitMQ is killed, frozen or out of memory: nobody waits for it, and what was asked for is done once."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from accounts import publishing
from accounts.models import User
from mail.kinds import Letter
from tasks.clock import database_now
from tasks.door import Schedule, schedule
from tasks.models import Attempt, Run, Task
from tests.faults.senders import ENOUGH_FOR_A_PERSON, Sender
from tests.faults.test_beat_restarts import start_beat
from tests.faults.test_killed_worker import RECIPIENTS, ask_for_mailing, ended
from tests.servers import RabbitServer, wait_until
from tests.smtp_sink import Sink
from tests.stack import BIN, ROOT, Stack
from tests.together import together

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("broker", ["rabbit"], indirect=True),
]

SENDERS = 4
PUBLISHERS = 30  # at once: more than a process keeps connections
LETTERS = 200


def at_once(*actions: Callable[[], object]) -> None:
    for outcome in together(*actions):
        if isinstance(outcome, Exception):
            raise outcome


def longest_wait() -> float:
    """The seconds until the last of many threads has told the broker, or given up."""

    def tell() -> float:
        began = time.monotonic()
        publishing.broker.send("tasks.execute", [[0]], queue="short")
        return time.monotonic() - began

    waits = together(*[tell] * PUBLISHERS)
    return max(wait for wait in waits if isinstance(wait, float))


@pytest.mark.punctual
@pytest.mark.usefixtures("real_passwords")
def test_nobody_waits_for_it_and_each_process_finds_it_again_by_itself(
    processes: Stack, sink: Sink, rabbit: RabbitServer
) -> None:
    processes.collect_static_files()
    processes.start_web()
    senders = [Sender(processes.url, f"sender{number}") for number in range(SENDERS)]
    for sender in senders:
        sender.log_in()
        sender.send()
    assert longest_wait() < ENOUGH_FOR_A_PERSON
    wait_until(senders[0].reaches_the_broker, 30, interval=0.5)
    out_of_memory = partial(rabbit.control, "set_vm_memory_high_watermark", "absolute", "1MB")
    in_memory = partial(rabbit.control, "set_vm_memory_high_watermark", "0.4")
    ways: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (rabbit.pause, rabbit.resume),
        (out_of_memory, in_memory),
        (rabbit.kill, rabbit.start),
    ]
    for take_away, bring_back in ways:
        before = Run.objects.latest("pk").pk
        take_away()
        try:
            assert longest_wait() < ENOUGH_FOR_A_PERSON
            at_once(*(sender.send for sender in senders))
            sent = Run.objects.filter(pk__gt=before)
            assert [run.published_at for run in sent] == [None] * SENDERS
        finally:
            bring_back()
        wait_until(senders[0].reaches_the_broker, 30, interval=0.5)

    processes.start_worker()
    processes.start_beat()
    wait_until(lambda: not Run.objects.unfinished().exists(), 120)
    assert Counter(sink.recipients()) == Counter(guest for sender in senders for guest in sender.asked_for)


def test_what_comes_due_in_its_absence_is_published_in_batches_once_it_is_back(
    processes: Stack, sink: Sink, owner: User, rabbit: RabbitServer
) -> None:
    processes.start_worker()
    start_beat(processes)
    rabbit.kill()
    guests = [f"guest{number}@example.net" for number in range(LETTERS)]
    in_an_hour = Schedule.at(database_now().replace(microsecond=0) + timedelta(hours=1), "UTC")
    for guest in guests:
        letter = Letter(address=guest, subject="Hello", text="Hello.")
        schedule("mail.letter", owner=owner, params=letter, schedule=in_an_hour)
    Task.objects.filter(owner=owner).update(next_run_at=Now())
    wait_until(lambda: Run.objects.filter(published_at=None).count() == LETTERS, 30)
    rabbit.start()
    wait_until(lambda: Run.objects.filter(state=Run.State.COMPLETED).count() == LETTERS, 120)
    processes.raise_if_ended("beat")
    processes.raise_if_ended("worker")
    assert Counter(sink.recipients()) == Counter(guests)


def test_a_worker_that_is_killed_with_it_doubles_nothing(
    processes: Stack, sink: Sink, rabbit: RabbitServer
) -> None:
    """As when the machine of both loses power. The kill keeps a time of its own, as in test_killed_worker."""
    sink.configure(pause=0.1)
    processes.start_beat()
    processes.start_worker()
    runs = [ask_for_mailing(round_) for round_ in range(3)]
    wait_until(lambda: sink.count() >= 30, 60, interval=0.037)
    rabbit.kill()
    processes.kill("worker")
    sink.configure(pause=0)
    rabbit.start()
    processes.start_worker()
    for run in runs:
        wait_until(partial(ended, run), 120)
    received = Counter(sink.recipients())
    assert len(received) == RECIPIENTS * len(runs)
    assert received.total() - len(received) <= 2, (
        "at most the mail that each of two processes was about to send"
    )


def test_queues_have_workers_of_their_own_on_several_machines(
    processes: Stack, sink: Sink, rabbit: RabbitServer, owner: User
) -> None:
    sink.configure(pause=0.1)
    processes.start_beat("--enable-remote-control")
    journals = {name: str(processes.folder / name) for name in ("quick", "first", "second")}
    for name, journal in journals.items():
        queue = "short" if name == "quick" else "long"
        processes.start_worker(name, queue, JOURNAL_DIR=journal, WORKER_CONCURRENCY="1")
    nodes = online(processes)
    assert all(f"{name}@" in nodes for name in (*journals, "celerybeat"))

    mailings = [ask_for_mailing(round_) for round_ in range(3)]  # more than there are workers for long runs
    wait_until(lambda: Attempt.objects.filter(run__in=mailings).count() == 2, 60)
    began = time.monotonic()
    letter = Letter(address="quick@example.net", subject="Hello", text="Hello.")
    schedule("mail.letter", owner=owner, params=letter, schedule=Schedule.at(database_now(), "UTC"))
    wait_until(lambda: "quick@example.net" in sink.recipients(), 30)
    assert not any(ended(run) for run in mailings), "the letter waited for no mailing"
    assert time.monotonic() - began < 10

    sink.configure(pause=0)
    for run in mailings:
        wait_until(partial(ended, run), 120)
    assert Counter(sink.recipients()).most_common(1)[0][1] == 1
    assert sink.count() == RECIPIENTS * len(mailings) + 1


def online(processes: Stack) -> str:
    """The nodes that answer a ping, as health checks send it."""
    command = [str(BIN / "celery"), "-A", "clock_work", "inspect", "ping", "--timeout", "5"]
    done = subprocess.run(
        command, cwd=ROOT, env=processes.environment, capture_output=True, text=True, check=False
    )
    return done.stdout
