"""Mail of scheduled tasks is counted each time it fires, and no more often."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import User
from mail.door import admit, deliver
from mail.models import DailyCount, Delivery
from tasks.active import ActiveRun
from tasks.engine import claim
from tasks.errors import LeaseLost
from tasks.models import Run
from tests.mail.kinds import MESSAGES, Mailing, carried_out, mailing, registered, seen_through, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

ADDRESSES = ("anna@example.org", "bert@example.org")


def send_admitted(run: ActiveRun[Mailing]) -> str:
    recipients = run.params.recipients()
    admit(run, recipients)
    return deliver(run, recipients, lambda _: MESSAGES["hello"])


@pytest.fixture(autouse=True)
def kind_of_mailing() -> Iterator[None]:
    with registered(send_admitted):
        yield


def counted() -> int:
    return sum(DailyCount.objects.values_list("count", flat=True))


def test_what_is_sent_is_counted(owner: User, sink: Sink) -> None:
    assert carried_out(mailing(owner, *ADDRESSES)).summary == "2 sent"
    assert counted() == 2


def test_a_run_that_takes_several_tries_is_counted_once(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, "rcpt-450-1.anna@example.org", "bert@example.org"))
    assert run.state == Run.State.PENDING
    assert seen_through(run).summary == "2 sent"
    assert counted() == 2


def test_more_than_the_limit_fails_in_words_and_sends_nothing(
    owner: User, sink: Sink, settings: Settings
) -> None:
    settings.MAIL_DAILY_LIMIT = 1
    run = carried_out(mailing(owner, *ADDRESSES))
    assert (run.state, run.error) == ("failed", "That is more than today's limit of 1 messages; 1 are left.")
    assert (states(run), counted(), sink.recipients()) == ({}, 0, [])


def test_tried_again_on_a_better_day_it_goes_out(owner: User, sink: Sink, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 1
    run = carried_out(mailing(owner, *ADDRESSES))
    settings.MAIL_DAILY_LIMIT = 2
    run.retry()
    assert carried_out(run).summary == "2 sent"


def test_who_lost_the_run_counts_nothing(owner: User, sink: Sink) -> None:
    run = mailing(owner, *ADDRESSES)
    active = claim(run.pk)
    Run.objects.filter(pk=run.pk).update(claim=None)
    assert active is not None
    with pytest.raises(LeaseLost):
        send_admitted(active)
    assert (counted(), Delivery.objects.count()) == (0, 0)
