"""A worker that dies in a call of many: what its end leaves in doubt, and what becomes of that."""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from mail import sending
from mail.door import is_unsent
from mail.models import Delivery
from mail.transports.mailjet import MailjetTransport
from tasks.engine import claim
from tasks.models import Run
from tests.mail.kinds import carried_out, mailing, seen_through, states
from tests.mailjet_double import MailjetDouble

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [f"person{number}@example.org" for number in range(60)]


class Killed(BaseException):
    """The worker dies on the spot."""


def die(*_: Any) -> None:
    raise Killed


def killed(run: Run) -> Run:
    """The run after a worker that had it died, and its lease ran out."""
    with pytest.raises(Killed):
        carried_out(run)
    Run.objects.filter(pk=run.pk).update(claimed_until="2000-01-01T00:00Z")
    run.refresh_from_db()
    return run


def killed_in_the_call(monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """Mailjet took the messages, and nobody hears the answer."""
    send = MailjetTransport.send

    def send_and_die(*call: Any) -> None:
        send(*call)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MailjetTransport, "send", send_and_die)
        patch.setattr(sending.Batch, "flush", lambda _: None)
        return killed(run)


def test_a_call_that_nobody_saw_the_end_of_is_made_once_more(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = killed_in_the_call(monkeypatch, mailing(owner, *PEOPLE))
    assert Counter(Delivery.objects.filter(run=run).values_list("state", "doubts")) == {
        ("pending", 1): 50,
        ("pending", 0): 10,
    }
    assert seen_through(run).summary == "60 sent"
    assert Counter(mailjet.taken()) == {**dict.fromkeys(PEOPLE, 1), **dict.fromkeys(PEOPLE[:50], 2)}


def test_what_was_in_two_such_calls_is_for_its_owner_to_decide(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, PEOPLE[0])
    for _ in range(2):
        killed_in_the_call(monkeypatch, run)
    assert carried_out(run).error == "0 of 1 sent, 1 without an answer."
    assert mailjet.taken() == PEOPLE[:1] * 2
    assert "may have been sent" in Delivery.objects.get(run=run).error


def test_what_mailjet_answered_and_nobody_committed_is_not_repeated(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, *PEOPLE)
    with monkeypatch.context() as patch:
        patch.setattr(sending.Batch, "flush", die)
        killed(run)
    assert seen_through(run).summary == "60 sent"
    assert mailjet.taken() == PEOPLE
    assert set(Delivery.objects.values_list("doubts", flat=True)) == {0}


def test_what_may_have_been_sent_is_not_said_to_be_cancelled(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = killed_in_the_call(monkeypatch, mailing(owner, *PEOPLE))
    run.cancel()
    assert carried_out(run).state == Run.State.CANCELLED
    assert Counter(states(run).values()) == {"unknown": 50, "cancelled": 10}


def test_what_may_have_been_sent_is_not_unsent(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = killed_in_the_call(monkeypatch, mailing(owner, PEOPLE[0]))
    active = claim(run.pk)
    assert active is not None
    with transaction.atomic():
        assert not is_unsent(active)


def test_a_call_that_is_stopped_before_it_is_made_leaves_no_doubt(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the lease was lost while the database was away."""
    run = mailing(owner, *PEOPLE)
    announce = sending.Sender._add_doubt

    def announce_and_cancel(sender: sending.Sender, *call: Any) -> None:
        announce(sender, *call)
        run.cancel()

    monkeypatch.setattr("tasks.active.SECONDS_BETWEEN_SAVES", 0)
    monkeypatch.setattr(sending.Sender, "_add_doubt", announce_and_cancel)
    assert carried_out(run).state == Run.State.CANCELLED
    assert set(states(run).values()) == {"cancelled"}
    assert mailjet.count() == 0
