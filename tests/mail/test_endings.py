"""Cancelling, retrying, and deciding about messages whose answer was lost."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mail.models import Delivery
from mail.sending import Sender
from mail.transports.base import Outgoing
from tasks.models import Run
from tests.mail.kinds import carried_out, mailing, only, seen_through, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

ANNA, BERT, CLEO = "anna@example.org", "bert@example.org", "cleo@example.org"
LOST = "lost-1.x@example.org"


@pytest.fixture
def cancelled_after_two(monkeypatch: pytest.MonkeyPatch, owner: User, sink: Sink) -> Run:
    run = mailing(owner, ANNA, BERT, CLEO)
    send, sent = Sender.send, []

    def cancel_then_send(sender: Sender, call: Sequence[Outgoing]) -> None:
        sent.append(call)
        if len(sent) == 2:
            run.cancel()
        send(sender, call)

    monkeypatch.setattr("tasks.active.SECONDS_BETWEEN_SAVES", 0)
    monkeypatch.setattr(Sender, "send", cancel_then_send)
    return carried_out(run)


def test_a_cancelled_run_stops_before_the_next_recipient(cancelled_after_two: Run, sink: Sink) -> None:
    assert cancelled_after_two.state == Run.State.CANCELLED
    assert sink.recipients() == [ANNA, BERT]
    assert list(states(cancelled_after_two).values()) == ["sent", "sent", "cancelled"]


def test_a_cancelled_run_that_is_retried_sends_what_is_missing(cancelled_after_two: Run, sink: Sink) -> None:
    cancelled_after_two.retry()
    assert seen_through(cancelled_after_two).summary == "3 sent"
    assert sink.recipients() == [ANNA, BERT, CLEO]


def test_a_run_cancelled_before_it_began_sends_nothing(owner: User, sink: Sink) -> None:
    run = mailing(owner, ANNA)
    run.cancel()
    assert carried_out(run).state == Run.State.CANCELLED
    assert sink.recipients() == []


def test_a_run_cancelled_while_it_waits_leaves_nothing_pending(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, "rcpt-450.x@example.org", ANNA))
    run.cancel()
    assert list(states(run).values()) == ["cancelled", "sent"]


def test_a_failed_run_that_is_retried_sends_only_what_is_missing(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, ANNA, "data-550-1.x@example.org", BERT))
    run.retry()
    assert carried_out(run).summary == "3 sent"
    assert sink.recipients() == [ANNA, BERT, "data-550-1.x@example.org"]


def test_a_run_whose_tries_are_used_up_leaves_nothing_pending(owner: User, sink: Sink) -> None:
    sink.configure(greeting=421)
    run = seen_through(mailing(owner, ANNA))
    assert (run.state, states(run)) == (Run.State.FAILED, {ANNA: "failed"})
    assert only(run).error == "The mail server could not be reached."


@pytest.fixture
def undecided(owner: User, sink: Sink) -> Run:
    return carried_out(mailing(owner, ANNA, LOST, "data-550.y@example.org"))


def decide(run: Run, choice: str, user: User) -> Any:
    client = Client()
    client.force_login(user)
    delivery = Delivery.objects.get(run=run, address=LOST)
    return client.post(reverse("mail:decision", args=[delivery.pk]), {"choice": choice})


def test_it_is_sent_again_alone_and_under_the_same_message_id(
    undecided: Run, owner: User, sink: Sink
) -> None:
    assert decide(undecided, "send", owner).url == undecided.get_absolute_url()
    assert states(undecided) == {ANNA: "sent", LOST: "pending", "data-550.y@example.org": "failed"}
    assert carried_out(undecided).error == "2 of 3 sent, 1 failed."
    first, second = (message for message in sink.messages() if message.to == [LOST])
    assert first.message_id == second.message_id
    assert sink.recipients() == [ANNA, LOST, LOST]


def test_it_is_left_as_it_is_and_counts_as_sent(undecided: Run, owner: User, sink: Sink) -> None:
    decide(undecided, "leave", owner)
    undecided.refresh_from_db()
    assert undecided.state == Run.State.FAILED
    assert states(undecided)[LOST] == "sent"
    assert sink.recipients() == [ANNA, LOST]


def test_the_run_is_complete_once_nothing_else_is_missing(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, ANNA, LOST))
    assert run.state == Run.State.FAILED
    decide(run, "leave", owner)
    assert carried_out(run).summary == "2 sent"
    assert sink.recipients() == [ANNA, LOST]


def test_it_is_decided_once(undecided: Run, owner: User, sink: Sink) -> None:
    decide(undecided, "leave", owner)
    decide(undecided, "send", owner)
    assert states(undecided)[LOST] == "sent"
    undecided.refresh_from_db()
    assert undecided.state == Run.State.FAILED


def test_what_is_certain_is_not_to_be_decided(owner: User, sink: Sink, client: Client) -> None:
    run = carried_out(mailing(owner, ANNA))
    client.force_login(owner)
    client.post(reverse("mail:decision", args=[only(run).pk]), {"choice": "send"})
    run.refresh_from_db()
    assert (run.state, states(run)) == (Run.State.COMPLETED, {ANNA: "sent"})


def test_a_choice_must_be_one_of_two(undecided: Run, owner: User) -> None:
    assert decide(undecided, "forget", owner).status_code == 400
    assert states(undecided)[LOST] == "unknown"


def test_somebody_else_decides_nothing(undecided: Run, stranger: User) -> None:
    assert decide(undecided, "send", stranger).status_code == 404
    assert states(undecided)[LOST] == "unknown"
