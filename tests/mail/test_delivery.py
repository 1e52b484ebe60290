"""A run's messages reach its recipients, each once, and nobody sees another."""

import pytest

from accounts.models import User
from mail.models import Delivery
from tasks.models import Run
from tests.factories import make_user
from tests.mail.kinds import carried_out, mailing, only, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def test_everybody_gets_a_message_of_their_own(owner: User, sink: Sink) -> None:
    addresses = [f"person{number}@example.org" for number in range(25)]
    run = carried_out(mailing(owner, *addresses))
    assert run.state == Run.State.COMPLETED
    assert (run.summary, run.done, run.total) == ("25 sent", 25, 25)
    assert sink.recipients() == addresses
    assert all(message.message["To"] == message.to[0] for message in sink.messages())


def test_all_messages_of_a_run_go_out_by_one_connection(owner: User, sink: Sink) -> None:
    carried_out(mailing(owner, *(f"person{number}@example.org" for number in range(25))))
    assert len({message.connection for message in sink.messages()}) == 1


def test_somebody_named_twice_is_written_to_once(owner: User, sink: Sink) -> None:
    carried_out(mailing(owner, "anna@example.org", "Anna@Example.ORG"))
    assert sink.recipients() == ["anna@example.org"]


def test_a_run_carried_out_again_sends_nothing_twice(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, "anna@example.org"))
    Run.objects.filter(pk=run.pk).update(state=Run.State.PENDING)
    assert carried_out(run).summary == "1 sent"
    assert sink.recipients() == ["anna@example.org"]


def test_a_user_is_written_to_at_their_address_and_shown_by_name(owner: User, sink: Sink) -> None:
    friend = make_user("friend", email="secret@example.org")
    run = carried_out(mailing(owner, users=[friend]))
    assert sink.recipients() == ["secret@example.org"]
    assert only(run).label == "friend"


def test_who_left_is_not_named_by_the_address(owner: User, sink: Sink) -> None:
    friend = make_user("friend", email="secret@example.org")
    run = carried_out(mailing(owner, users=[friend]))
    friend.delete()
    assert only(run).label == "somebody who left"


def test_a_user_whose_address_changed_meanwhile_is_written_to_once(owner: User, sink: Sink) -> None:
    friend = make_user("friend", email="old@example.org")
    run = carried_out(mailing(owner, users=[friend]))
    friend.email = "new@example.org"
    friend.save()
    Run.objects.filter(pk=run.pk).update(state=Run.State.PENDING)
    carried_out(run)
    assert sink.recipients() == ["old@example.org"]


def test_a_deactivated_user_is_not_written_to(owner: User, sink: Sink) -> None:
    run = mailing(owner, "anna@example.org", users=[make_user("gone", is_active=False)])
    assert carried_out(run).summary == "1 sent, 1 skipped"
    assert Delivery.objects.get(run=run, user__username="gone").error == "Has no account here any more."


def test_an_invalid_address_fails_alone(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, "anna@example.org", "not an address", "x@[127.0.0.1]"))
    assert run.state == Run.State.FAILED
    assert run.error == "1 of 3 sent, 2 failed."
    assert list(states(run).values()) == ["sent", "failed", "failed"]


def test_a_message_id_is_for_life(owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, "data-450-2.anna@example.org"))
    before = only(run).message_id
    for _ in range(2):
        Run.objects.filter(pk=run.pk).update(next_attempt_at="2000-01-01T00:00Z")
        Delivery.objects.filter(run=run).update(next_attempt_at="2000-01-01T00:00Z")
        carried_out(run)
    assert [message.message_id for message in sink.messages()] == [before]
    assert only(run).attempts == 3
