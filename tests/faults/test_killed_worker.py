"""The worker is killed in the middle of 200 recipients: everybody gets the mail, practically nobody twice.

The mail server is slow in taking recipients and answers messages at once. One that is slow in answering
messages leaves every sender that is killed meanwhile in doubt (RFC 1047); nothing at our end can change that.
For the same reason the kills keep a time of their own: one that always follows the server's taking a message
within a millisecond would aim at the doubt.
"""

from collections import Counter, defaultdict
from functools import partial

import pytest

from mail.models import Delivery
from notes.models import Note
from notifications.models import Notification
from tasks.door import start
from tasks.models import Attempt, Run
from tests.factories import make_user
from tests.servers import wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

RECIPIENTS = 200
KILL_AFTER = [0, 1, 10, 30, 49, 50, 51, 80, 120, 199]
SLOWLY = 4  # so many messages before a kill, and from there on
PAUSE = 0.2  # seconds that the mail server then takes for each recipient
BETWEEN_LOOKS = 0.19  # so that a kill comes at any time between two messages, and not right after one


def ask_for_mailing(round_: int) -> Run:
    owner = make_user(f"owner{round_}")
    note = Note.objects.create(owner=owner, title=f"Round {round_}", body="Hello.")
    recipients = [f"r{round_}-{number}@example.net" for number in range(RECIPIENTS)]
    params = {"note": note.pk, "recipients": recipients, "subject": note.title, "body": note.body}
    return start("note.email", owner=owner, params=params, about=note)


def has_come_to(run: Run, sink: Sink, before: int, messages: int) -> bool:
    """Whether the run was claimed and so many of its messages were taken."""
    if messages == 0:
        return Attempt.objects.filter(run=run).exists()
    return sink.count() >= before + messages


def ended(run: Run) -> bool:
    run.refresh_from_db()
    return run.is_final


def test_ten_kills_lose_nothing_and_repeat_at_most_one_mail(processes: Stack, sink: Sink) -> None:
    processes.start_beat()
    processes.start_worker()
    runs = []
    for round_, kill_after in enumerate(KILL_AFTER):
        quickly = max(0, kill_after - SLOWLY)
        sink.configure(pause=0.01 if quickly else PAUSE)
        before = sink.count()
        run = ask_for_mailing(round_)
        runs.append(run)
        wait_until(partial(has_come_to, run, sink, before, quickly), 60, interval=0.005)
        sink.configure(pause=PAUSE)
        wait_until(partial(has_come_to, run, sink, before, kill_after), 60, interval=BETWEEN_LOOKS)
        processes.kill("worker")
        sink.configure(pause=0)
        processes.start_worker()
        wait_until(partial(ended, run), 120)

    received = Counter(sink.recipients())
    wanted = {
        f"r{round_}-{number}@example.net" for round_ in range(len(runs)) for number in range(RECIPIENTS)
    }
    assert set(received) == wanted
    twice = {address: count for address, count in received.items() if count > 1}
    assert sum(twice.values()) - len(twice) <= 1, twice

    message_ids = defaultdict(set)
    for message in sink.messages():
        message_ids[message.to[0]].add(message.message_id)
    assert {len(ids) for ids in message_ids.values()} == {1}, "a mail sent again is the same mail"

    assert {run.state for run in runs} == {"completed"}
    assert Delivery.objects.filter(state="sent").count() == RECIPIENTS * len(runs)
    assert [Notification.objects.filter(user=run.task.owner).count() for run in runs] == [1] * len(runs)


def test_a_kill_around_the_end_leaves_one_notification(processes: Stack, sink: Sink) -> None:
    """The kill hits between the last mail and the commit of the end, or just after it."""
    processes.start_beat()
    processes.start_worker()
    for round_ in range(3):
        sink.reset()
        run = ask_for_mailing(round_)
        wait_until(lambda: sink.count() >= RECIPIENTS, 60, interval=0.001)
        if round_:
            wait_until(partial(ended, run), 60, interval=0.001)
        processes.kill("worker")
        processes.start_worker()
        wait_until(partial(ended, run), 60)
        assert Notification.objects.filter(user=run.task.owner).count() == 1
        assert sink.count() <= RECIPIENTS + 1


def test_a_stopped_worker_hands_back_and_the_next_one_finishes(processes: Stack, sink: Sink) -> None:
    sink.configure(pause=0.05)
    processes.start_beat()
    processes.start_worker()
    run = ask_for_mailing(0)
    wait_until(lambda: sink.count() >= 20, 60)
    assert processes.stop("worker", timeout=15) == 0
    run.refresh_from_db()
    assert run.state == "pending"
    sink.configure(pause=0)
    processes.start_worker()
    wait_until(lambda: ended(run), 60)
    assert Counter(sink.recipients()).most_common(1)[0][1] == 1
    assert sink.count() == RECIPIENTS
