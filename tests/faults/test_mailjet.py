"""Workers are killed in the middle of calls to Mailjet, and Mailjet has bad days.

Nobody is forgotten, and nobody gets more than one message too many, and that only where nobody could know.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db.models import Sum

from mail.models import Delivery
from notes.models import Note
from notifications.models import Notification
from tasks.door import start
from tasks.models import Attempt, Run
from tests.factories import make_user
from tests.mailjet_double import MailjetDouble
from tests.servers import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

RECIPIENTS = 120
KILLS = 5


@pytest.fixture
def mailjet() -> Iterator[MailjetDouble]:
    with MailjetDouble() as mailjet:
        yield mailjet


@pytest.fixture
def house(on_postgresql_alone: None, processes: Stack, mailjet: MailjetDouble) -> Stack:
    """The processes, with Mailjet as their way out."""
    processes.environment.update(mailjet.environment, EMAIL_TIMEOUT="3")
    processes.start_beat()
    processes.start_worker()
    return processes


def people(round_: int) -> list[str]:
    return [f"r{round_}-{number}@example.net" for number in range(RECIPIENTS)]


def ask_for_mailing(round_: int) -> Run:
    owner = make_user(f"owner{round_}")
    note = Note.objects.create(owner=owner, title=f"Round {round_}", body="Hello.")
    params = {"note": note.pk, "recipients": people(round_), "subject": note.title, "body": note.body}
    return start("note.email", owner=owner, params=params, about=note)


def ended(run: Run) -> bool:
    run.refresh_from_db()
    return run.is_final


def states(run: Run) -> Counter[str]:
    return Counter(Delivery.objects.filter(run=run).values_list("state", flat=True))


def has_begun(run: Run, mailjet: MailjetDouble, posts: int) -> bool:
    """Whether the run was claimed, and so many posts were made, or it is over."""
    return Attempt.objects.filter(run=run).exists() and (mailjet.count() >= posts or ended(run))


def kill_in_call(house: Stack, mailjet: MailjetDouble, posts: int) -> None:
    """Kill the worker while it waits for the answer to the post of this number."""
    wait_until(lambda: mailjet.count() >= posts, 60, interval=0.01)
    house.kill("worker")


def test_a_kill_in_a_call_repeats_at_most_that_call(house: Stack, mailjet: MailjetDouble) -> None:
    for call in (1, 2, 3):
        mailjet.configure(delay=1)
        run = ask_for_mailing(call)
        kill_in_call(house, mailjet, call)
        in_doubt = mailjet.posts()[call - 1].recipients
        mailjet.configure(delay=0)
        house.start_worker()
        wait_until(partial(ended, run), 60)

        assert run.summary == f"{RECIPIENTS} sent"
        received = Counter(mailjet.taken())
        assert set(received) == set(people(call))
        assert {address for address, count in received.items() if count > 1} == set(in_doubt)
        assert max(received.values()) == 2
        assert Delivery.objects.filter(run=run).aggregate(left=Sum("doubts"))["left"] == 0
        assert Notification.objects.filter(user=run.task.owner).count() == 1
        wait_until(lambda: not Run.objects.unfinished().exists(), 30)  # what owners are told by mail
        mailjet.reset()


def test_who_was_in_two_calls_that_died_is_not_written_to_a_third_time(
    house: Stack, mailjet: MailjetDouble
) -> None:
    mailjet.configure(delay=2)
    run = ask_for_mailing(0)
    kill_in_call(house, mailjet, 1)
    Delivery.objects.filter(run=run, doubts=0).update(state="skipped")  # so that only the doubtful are left
    for posts in (2, 3):
        house.start_worker()
        kill_in_call(house, mailjet, posts)
    mailjet.configure(delay=0)
    house.start_worker()
    wait_until(partial(ended, run), 60)

    assert [len(post.messages) for post in mailjet.posts()[:3]] == [50, 1, 1], "one tries the way first"
    assert states(run) == {"sent": 48, "unknown": 2, "skipped": RECIPIENTS - 50}
    assert set(Counter(mailjet.taken()).values()) == {2}


def test_kills_at_any_time_lose_nothing(house: Stack, mailjet: MailjetDouble) -> None:
    """The kills keep a time of their own, in calls and between them."""
    mailjet.configure(delay=0.3)
    runs = []
    for round_ in range(KILLS):
        posts = mailjet.count() + round_ // 2
        runs.append(ask_for_mailing(round_))
        wait_until(partial(has_begun, runs[-1], mailjet, posts), 60, interval=0.037)
        house.kill("worker")
        house.start_worker()
    for run in runs:
        wait_until(partial(ended, run), 120)

    received = Counter(
        address for address in mailjet.taken() if address.endswith("@example.net")
    )  # not owners
    assert set(received) == {address for round_ in range(KILLS) for address in people(round_)}
    assert max(received.values()) <= 2
    died = Attempt.objects.filter(outcome=Attempt.Outcome.LOST).count()  # a worker tries two runs at a time
    assert sum(received.values()) - len(received) <= 50 * died, "at most one call for each try that died"
    unknown = Delivery.objects.filter(state="unknown").values_list("address", flat=True)
    assert all(received[address] == 2 for address in unknown)


def test_a_storm_of_429_and_500_passes(house: Stack, mailjet: MailjetDouble) -> None:
    """With kills in it: whatever was not taken is sent when it is over."""
    mailjet.configure(script=("429", "500", "429", "500", "200"), retry_after="1")
    run = ask_for_mailing(0)
    wait_until(lambda: mailjet.count() >= 2, 60, interval=0.01)
    house.kill("worker")
    house.start_worker()
    wait_until(partial(ended, run), 120)

    assert run.summary == f"{RECIPIENTS} sent"
    assert Counter(mailjet.taken()) == Counter(people(0)), "a call that was refused took nobody"
    statuses = [post.status for post in mailjet.posts()]
    assert statuses[:5] == [429, 500, 429, 500, 200], "one POST for each call"


def test_lost_answers_and_mixed_ones_leave_each_delivery_in_its_state(
    house: Stack, mailjet: MailjetDouble
) -> None:
    mailjet.configure(script=("lost taken", "200", "hang taken"))
    owner = make_user("owner")
    note = Note.objects.create(owner=owner, title="Mixed", body="Hello.")
    odd = ["refused.x@example.net", "failed-1.y@example.net"]
    addresses = people(0)[:60] + odd + people(0)[60:]
    params = {"note": note.pk, "recipients": addresses, "subject": "Mixed", "body": "Hello."}
    run = start("note.email", owner=owner, params=params, about=note)
    wait_until(partial(ended, run), 60)

    assert states(run) == {"unknown": 72, "sent": 49, "failed": 1}
    received = Counter(mailjet.taken())
    assert set(received) == {*people(0), "failed-1.y@example.net"}
    assert set(received.values()) == {1}
    unknown = set(Delivery.objects.filter(run=run, state="unknown").values_list("address", flat=True))
    assert unknown == {*mailjet.posts()[0].recipients, *mailjet.posts()[2].recipients}
