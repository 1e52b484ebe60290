"""What a mail server says, or fails to say, and what that means for the deliveries."""

import pytest
from pytest_django import Settings

from accounts.models import User
from mail.models import Delivery
from mail.sending import ATTEMPTS
from tasks.models import Attempt, Run
from tests.mail.kinds import carried_out, mailing, only, seen_through, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

ANNA, BERT = "anna@example.org", "bert@example.org"


@pytest.fixture(params=[True, False], ids=["pipelining", "one by one"])
def any_sink(request: pytest.FixtureRequest, sink: Sink) -> Sink:
    """The sink, and once more as a server that takes one command at a time."""
    sink.configure(pipelining=request.param)
    return sink


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_550_fails_that_delivery_alone(any_sink: Sink, owner: User, stage: str) -> None:
    run = carried_out(mailing(owner, ANNA, f"{stage}-550.x@example.org", BERT))
    assert run.state == Run.State.FAILED
    assert run.error == "2 of 3 sent, 1 failed."
    assert list(states(run).values()) == ["sent", "failed", "sent"]
    assert any_sink.recipients() == [ANNA, BERT]
    assert "550" in Delivery.objects.get(run=run, state="failed").error


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_450_waits_while_the_others_go_out(any_sink: Sink, owner: User, stage: str) -> None:
    run = carried_out(mailing(owner, f"{stage}-450-1.x@example.org", ANNA))
    assert run.state == Run.State.PENDING
    assert run.error == "1 of 2 sent; the rest is tried again."
    assert any_sink.recipients() == [ANNA]
    assert seen_through(run).summary == "2 sent"
    assert any_sink.recipients() == [ANNA, f"{stage}-450-1.x@example.org"]


def test_waiting_costs_the_run_no_try(sink: Sink, owner: User) -> None:
    run = mailing(owner, "rcpt-450-1.x@example.org")
    assert carried_out(run).tries_left == 6


def test_each_wait_is_longer_than_the_one_before(sink: Sink, owner: User, settings: Settings) -> None:
    settings.TASKS_RETRY_SECONDS = 100
    run = mailing(owner, "rcpt-450.x@example.org")
    waits = []
    for _ in range(4):
        carried_out(run)
        delivery = only(run)
        waits.append((delivery.next_attempt_at - run.attempts.latest("number").started_at).total_seconds())
        Delivery.objects.update(next_attempt_at=run.due_at)
        Run.objects.update(next_attempt_at=run.due_at)
    assert 99 < waits[0] < 202
    assert 199 < waits[1] < 402
    assert 299 < waits[2] < 602
    assert 299 < waits[3] < 602


def test_what_is_put_off_time_and_again_fails(sink: Sink, owner: User, settings: Settings) -> None:
    settings.TASKS_RETRY_SECONDS = 0.001
    run = seen_through(mailing(owner, "rcpt-450.x@example.org", ANNA))
    assert run.error == "1 of 2 sent, 1 failed."
    assert Delivery.objects.get(run=run, state="failed").attempts == ATTEMPTS


@pytest.mark.parametrize("trick", ["rcpt-421-1", "data-421-1", "drop-1"])
def test_a_connection_that_ends_is_made_anew_at_once(any_sink: Sink, owner: User, trick: str) -> None:
    addresses = [ANNA, f"{trick}.x@example.org", BERT]
    run = carried_out(mailing(owner, *addresses))
    assert run.summary == "3 sent"
    assert any_sink.recipients() == addresses
    assert len({message.connection for message in any_sink.messages()}) == 2


def test_a_server_that_takes_few_messages_per_connection_gets_new_connections(
    any_sink: Sink, owner: User
) -> None:
    any_sink.configure(hang_up_after=2)
    assert carried_out(mailing(owner, *(f"x{n}@example.org" for n in range(7)))).summary == "7 sent"


@pytest.mark.parametrize("trick", ["rcpt-421", "data-421", "drop"])
def test_a_recipient_at_whom_connections_end_holds_up_nobody(
    any_sink: Sink, owner: User, trick: str, settings: Settings
) -> None:
    settings.TASKS_RETRY_SECONDS = 0.001
    run = seen_through(mailing(owner, f"{trick}.x@example.org", ANNA, BERT))
    assert run.state == Run.State.FAILED
    assert list(states(run).values()) == ["failed", "sent", "sent"]
    assert any_sink.recipients() == [ANNA, BERT]


def test_a_message_broken_off_on_the_way_is_sent_whole(sink: Sink, owner: User, settings: Settings) -> None:
    """It is too big for the buffers between us, so the break comes before the final dot."""
    settings.EMAIL_TIMEOUT = 10.0
    sink.configure(drop_after_bytes=100_000, bodies=False)
    run = carried_out(mailing(owner, ANNA, message="long"))
    assert (run.state, states(run)) == (Run.State.PENDING, {ANNA: "pending"})
    sink.configure(drop_after_bytes=0)
    assert seen_through(run).summary == "1 sent"
    assert [message.size > 22_000_000 for message in sink.messages()] == [True]


@pytest.mark.parametrize("trick", ["hang-1", "lost-1"])
def test_a_message_whose_answer_was_lost_is_unknown_and_not_sent_again(
    any_sink: Sink, owner: User, settings: Settings, trick: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    addresses = [ANNA, f"{trick}.x@example.org", BERT]
    run = carried_out(mailing(owner, *addresses))
    assert run.state == Run.State.FAILED
    assert run.error == "2 of 3 sent, 1 without an answer."
    assert list(states(run).values()) == ["sent", "unknown", "sent"]
    run.retry()
    assert carried_out(run).error == "2 of 3 sent, 1 without an answer."
    assert any_sink.recipients() == addresses


def test_an_answer_that_takes_long_is_waited_for(sink: Sink, owner: User) -> None:
    assert carried_out(mailing(owner, "slow-1000.x@example.org")).summary == "1 sent"


def test_a_server_that_is_away_gives_the_run_back(sink: Sink, owner: User) -> None:
    sink.stop()
    try:
        run = carried_out(mailing(owner, ANNA))
    finally:
        sink.start()
    assert (run.state, run.tries_left) == (Run.State.PENDING, 5)
    assert run.attempts.get().outcome == Attempt.Outcome.TRY_AGAIN
    assert run.error == "The mail server could not be reached."
    assert only(run).attempts == 0
    assert seen_through(run).summary == "1 sent"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ({"greeting": 421}, "could not be reached"),
        ({"mail": 451}, "451"),
        ({"mail": 553}, "553"),
        ({"rcpt": 530}, "530"),
    ],
)
def test_a_server_that_wants_nothing_from_us_is_no_recipients_fault(
    any_sink: Sink, owner: User, behaviour: dict[str, int], words: str
) -> None:
    any_sink.configure(**behaviour)
    run = carried_out(mailing(owner, ANNA))
    assert words in run.error
    assert (run.state, states(run), only(run).attempts) == (Run.State.PENDING, {ANNA: "pending"}, 0)


def test_a_refused_log_in_is_no_recipients_fault(sink: Sink, owner: User, settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
    sink.configure(login=535)
    run = carried_out(mailing(owner, ANNA))
    assert run.error == "The mail server does not accept this site's log-in."
    assert (run.state, only(run).attempts) == (Run.State.PENDING, 0)
    sink.configure(login=235)
    assert seen_through(run).summary == "1 sent"


def test_what_went_out_before_the_server_went_away_costs_the_run_no_try(sink: Sink, owner: User) -> None:
    run = carried_out(mailing(owner, ANNA, "rcpt-421-2.x@example.org", BERT))
    assert (run.state, run.tries_left) == (Run.State.PENDING, 6)
    assert seen_through(run).summary == "3 sent"
