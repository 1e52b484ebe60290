"""What Mailjet answers, or fails to answer, to a call, and what that means for its deliveries."""

from collections import Counter
from collections.abc import Callable

import pytest
from mailjet_rest.utils.guardrails import SecureHTTPAdapter
from pytest_django import Settings
from requests import Session
from requests.adapters import HTTPAdapter

from accounts.models import User
from mail.models import Delivery
from mail.sending import ATTEMPTS
from tasks.models import Attempt, Run
from tests.factories import make_user
from tests.mail.kinds import carried_out, mailing, only, seen_through, states
from tests.mailjet_double import MailjetDouble

pytestmark = pytest.mark.django_db

ANNA, BERT, CLEO = "anna@example.org", "bert@example.org", "cleo@example.org"
PEOPLE = [f"person{number}@example.org" for number in range(120)]


def again(run: Run) -> Run:
    """The run after it was carried out once more, at once."""
    Run.objects.filter(pk=run.pk).update(next_attempt_at=run.due_at)
    Delivery.objects.filter(run=run).update(next_attempt_at=run.due_at)
    return carried_out(run)


def doubts(run: Run) -> list[int]:
    return list(Delivery.objects.filter(run=run).order_by("pk").values_list("doubts", flat=True))


def test_fifty_go_in_one_call(mailjet: MailjetDouble, owner: User) -> None:
    run = carried_out(mailing(owner, *PEOPLE))
    assert run.summary == "120 sent"
    assert [len(post.messages) for post in mailjet.posts()] == [50, 50, 20]
    assert mailjet.taken() == PEOPLE
    assert set(doubts(run)) == {0}


def test_each_message_is_called_by_its_delivery(mailjet: MailjetDouble, owner: User) -> None:
    run = carried_out(mailing(owner, ANNA, BERT))
    ids = Delivery.objects.filter(run=run).order_by("pk").values_list("pk", flat=True)
    assert [message["CustomID"] for message in mailjet.posts()[0].messages] == [str(pk) for pk in ids]


def test_where_mailjet_has_them_stands_in_the_log(
    mailjet: MailjetDouble, owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mail")
    run = carried_out(mailing(owner, ANNA))
    assert f"Mailjet has delivery {only(run).pk} as 456" in caplog.text
    assert ANNA not in caplog.text


@pytest.mark.parametrize("tells_ids", [True, False], ids=["by name", "by place"])
def test_each_delivery_gets_its_own_answer(mailjet: MailjetDouble, owner: User, *, tells_ids: bool) -> None:
    mailjet.configure(tells_ids=tells_ids)
    run = carried_out(mailing(owner, ANNA, "refused.x@example.org", "failed-1.x@example.org", BERT))
    assert list(states(run).values()) == ["sent", "failed", "pending", "sent"]
    assert run.error == "2 of 4 sent, 1 failed; the rest is tried again."
    assert "mj-0013" in Delivery.objects.get(run=run, state="failed").error
    assert doubts(run) == [0, 0, 0, 0]
    run = seen_through(run)
    assert run.error == "3 of 4 sent, 1 failed."
    assert mailjet.taken() == [ANNA, BERT, "failed-1.x@example.org"]


def test_what_the_answer_leaves_out_is_unknown(mailjet: MailjetDouble, owner: User) -> None:
    run = carried_out(mailing(owner, ANNA, "untold.x@example.org", BERT))
    assert list(states(run).values()) == ["sent", "unknown", "sent"]
    assert run.error == "2 of 3 sent, 1 without an answer."


def test_an_answer_that_names_nobody_and_leaves_some_out_tells_of_none(
    mailjet: MailjetDouble, owner: User
) -> None:
    mailjet.configure(tells_ids=False)
    run = carried_out(mailing(owner, ANNA, "untold.x@example.org"))
    assert list(states(run).values()) == ["unknown", "unknown"]


def test_what_is_put_off_time_and_again_fails(
    mailjet: MailjetDouble, owner: User, settings: Settings
) -> None:
    settings.TASKS_RETRY_SECONDS = 0.001
    run = seen_through(mailing(owner, "failed.x@example.org", ANNA))
    assert run.error == "1 of 2 sent, 1 failed."
    assert Delivery.objects.get(run=run, state="failed").attempts == ATTEMPTS


def test_no_error_tells_the_address_of_somebody_picked_by_name(mailjet: MailjetDouble, owner: User) -> None:
    friend = make_user("friend", email="refused.friend@example.org")
    run = carried_out(mailing(owner, "refused.x@example.org", users=[friend]))
    by_address, by_name = Delivery.objects.filter(run=run).order_by("pk")
    assert "refused.x@example.org" in by_address.error
    assert by_name.error == "Mailjet refused it (mj-0013)."


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("429", "Mailjet answered: “429 mj-0002 No.”."),
        ("503", "Mailjet answered: “503 mj-0002 No.”."),
        ("401", "Mailjet does not accept this site's keys."),
        ("403", "Mailjet does not accept this site's keys."),
        ("404", "Mailjet answered: “404 mj-0002 No.”."),
        ("redirect", "Mailjet answered 307."),
    ],
)
def test_what_is_no_recipients_fault_costs_no_recipient_a_try(
    mailjet: MailjetDouble, owner: User, action: str, words: str
) -> None:
    mailjet.configure(script=(action,))
    run = carried_out(mailing(owner, ANNA, BERT))
    assert (run.state, run.tries_left, run.error) == (Run.State.PENDING, 5, words)
    assert run.attempts.get().outcome == Attempt.Outcome.TRY_AGAIN
    assert set(states(run).values()) == {"pending"}
    assert (only_attempts(run), doubts(run)) == ({0}, [0, 0])
    assert mailjet.count() == 1, "one POST, and no second one by the client"
    assert again(run).summary == "2 sent"
    assert mailjet.taken() == [ANNA, BERT]


def only_attempts(run: Run) -> set[int]:
    return set(Delivery.objects.filter(run=run).values_list("attempts", flat=True))


def test_a_sender_that_mailjet_does_not_know_is_no_recipients_fault(
    mailjet: MailjetDouble, owner: User
) -> None:
    run = carried_out(mailing(owner, ANNA, "sender-1.x@example.org", BERT))
    assert list(states(run).values()) == ["sent", "pending", "sent"]
    assert "send-0008" in run.error
    assert doubts(run) == [0, 0, 0]
    assert again(run).summary == "3 sent"


def test_mailjet_is_left_alone_for_as_long_as_it_asks(mailjet: MailjetDouble, owner: User) -> None:
    mailjet.configure(script=("429",), retry_after="120")
    run = carried_out(mailing(owner, *PEOPLE))
    waits = (run.next_attempt_at - run.attempts.get().started_at).total_seconds()
    assert 118 < waits < 150
    assert mailjet.count() == 1, "the other calls would be answered the same"


def test_what_went_out_before_a_429_costs_the_run_no_try(mailjet: MailjetDouble, owner: User) -> None:
    mailjet.configure(script=("200", "429"), retry_after="60")
    run = carried_out(mailing(owner, *PEOPLE))
    assert (run.state, run.tries_left) == (Run.State.PENDING, 6)
    assert (run.next_attempt_at - run.attempts.get().started_at).total_seconds() > 58
    assert again(run).summary == "120 sent"
    assert mailjet.taken() == PEOPLE


@pytest.mark.parametrize("action", ["500", "502", "504"])
def test_a_call_that_mailjet_failed_in_is_made_once_more(
    mailjet: MailjetDouble, owner: User, action: str
) -> None:
    mailjet.configure(script=(f"{action} taken",))
    run = carried_out(mailing(owner, ANNA, BERT))
    assert (run.state, run.tries_left, doubts(run)) == (Run.State.PENDING, 5, [1, 1])
    assert mailjet.count() == 1
    assert seen_through(run).summary == "2 sent"
    assert Counter(mailjet.taken()) == {ANNA: 2, BERT: 2}, "it had taken them before it failed"


def test_a_call_that_mailjet_fails_in_twice_is_for_its_owner_to_decide(
    mailjet: MailjetDouble, owner: User
) -> None:
    mailjet.configure(otherwise="500 taken")
    run = seen_through(mailing(owner, ANNA))
    assert run.error == "0 of 1 sent, 1 without an answer."
    assert mailjet.taken() == [ANNA, ANNA]
    run.retry()
    assert carried_out(run).error == "0 of 1 sent, 1 without an answer."
    assert mailjet.count() == 2


def test_a_storm_of_errors_takes_single_messages_into_doubt_and_no_more_calls(
    mailjet: MailjetDouble, owner: User, settings: Settings
) -> None:
    settings.TASKS_RETRY_SECONDS = 0.001
    mailjet.configure(otherwise="500 taken")
    run = seen_through(mailing(owner, *PEOPLE))
    assert run.state == Run.State.FAILED
    assert [len(post.messages) for post in mailjet.posts()] == [50, 1, 1, 1, 1, 1]
    assert Counter(states(run).values()) == {"unknown": 55, "failed": 65}
    mailjet.configure(otherwise="200")
    run.retry()
    assert seen_through(run).error == "65 of 120 sent, 55 without an answer."
    assert set(Counter(mailjet.taken()).values()) == {1}


@pytest.mark.parametrize("action", ["lost", "lost taken", "hang taken", "nonsense taken"])
def test_a_call_whose_answer_was_lost_is_unknown_and_not_made_again(
    mailjet: MailjetDouble, owner: User, settings: Settings, action: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    mailjet.configure(script=("200", action, "200"))
    run = carried_out(mailing(owner, *PEOPLE))
    assert run.error == "70 of 120 sent, 50 without an answer."
    assert list(states(run).values()) == ["sent"] * 50 + ["unknown"] * 50 + ["sent"] * 20
    run.retry()
    assert carried_out(run).error == "70 of 120 sent, 50 without an answer."
    assert [len(post.messages) for post in mailjet.posts()] == [50, 50, 20]


def test_an_answer_that_takes_long_is_waited_for(mailjet: MailjetDouble, owner: User) -> None:
    mailjet.configure(delay=1)
    assert carried_out(mailing(owner, ANNA)).summary == "1 sent"
    assert mailjet.count() == 1


def test_a_call_that_is_refused_whole_is_made_in_parts(mailjet: MailjetDouble, owner: User) -> None:
    mailjet.configure(most_bytes=20_000)
    run = carried_out(mailing(owner, *PEOPLE))
    assert run.summary == "120 sent"
    assert mailjet.taken() == PEOPLE
    sizes = [len(post.messages) for post in mailjet.posts() if post.status == 413]
    assert sizes[0] == 50, "it was too big, and so were some halves"
    assert set(doubts(run)) == {0}


@pytest.mark.parametrize("action", ["400", "413"])
def test_a_single_message_that_is_refused_whole_fails(
    mailjet: MailjetDouble, owner: User, action: str
) -> None:
    mailjet.configure(script=(action,))
    run = carried_out(mailing(owner, ANNA))
    assert (run.error, only(run).state) == ("0 of 1 sent, 1 failed.", "failed")
    assert action in only(run).error


def test_calls_hold_as_much_as_mailjet_takes(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.transports.mailjet.MailjetTransport.most_bytes", 20_000)
    assert carried_out(mailing(owner, *PEOPLE)).summary == "120 sent"
    assert mailjet.taken() == PEOPLE
    assert {post.status for post in mailjet.posts()} == {200}
    assert max(post.size for post in mailjet.posts()) < 20_100


def test_a_message_that_is_too_long_stands_in_nobodys_way(mailjet: MailjetDouble, owner: User) -> None:
    run = carried_out(mailing(owner, ANNA, BERT, message="long"))
    assert run.error == "0 of 2 sent, 2 failed."
    assert [len(post.messages) for post in mailjet.posts()] == [1, 1]


def test_mailjet_away_gives_the_run_back(mailjet: MailjetDouble, owner: User) -> None:
    mailjet.stop()
    try:
        run = carried_out(mailing(owner, ANNA))
    finally:
        mailjet.start()
    assert (run.state, run.tries_left) == (Run.State.PENDING, 5)
    assert run.error == "Mailjet could not be reached."
    assert (only(run).attempts, doubts(run)) == (0, [0])
    assert seen_through(run).summary == "1 sent"


def test_a_call_broken_off_on_the_way_is_made_whole(mailjet: MailjetDouble, owner: User) -> None:
    """It is too big for the buffers between us, so the break comes before its end."""
    mailjet.configure(script=("break", "break"), most_bytes=30_000_000)
    run = carried_out(mailing(owner, ANNA, message="long"))
    assert (run.state, states(run), doubts(run)) == (Run.State.PENDING, {ANNA: "pending"}, [0])
    assert "broke" in run.error
    assert seen_through(run).summary == "1 sent"
    assert mailjet.taken() == [ANNA]


def test_who_cannot_prove_to_be_mailjet_gets_nothing(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    run = carried_out(mailing(owner, ANNA))
    assert (run.state, run.error) == (Run.State.PENDING, "Mailjet could not be reached.")
    assert mailjet.posts() == []


def test_wrong_keys_are_no_recipients_fault(mailjet: MailjetDouble, owner: User, settings: Settings) -> None:
    settings.MAIL_JET_API_SECRET = "wrong"
    run = carried_out(mailing(owner, ANNA))
    assert (run.state, only(run).attempts) == (Run.State.PENDING, 0)
    assert run.error == "Mailjet does not accept this site's keys."


def test_the_client_by_itself_would_post_twice(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that one POST for each call is our doing, and counted where it can be seen."""
    monkeypatch.setattr("requests.Session.mount", keeping_the_first(Session.mount))
    mailjet.configure(script=("500 taken",))
    assert carried_out(mailing(owner, ANNA)).summary == "1 sent"
    assert mailjet.taken() == [ANNA, ANNA]


def keeping_the_first(mount: Callable[..., None]) -> Callable[..., None]:
    """Mount the client's own adapter, and nothing over it."""

    def mount_first(session: Session, prefix: str, adapter: HTTPAdapter) -> None:
        if prefix not in session.adapters or not isinstance(session.adapters[prefix], SecureHTTPAdapter):
            mount(session, prefix, adapter)

    return mount_first


def test_the_sandbox_is_for_the_whole_call(mailjet: MailjetDouble, owner: User, settings: Settings) -> None:
    carried_out(mailing(owner, ANNA))
    settings.MAIL_JET_SANDBOX = True
    carried_out(mailing(owner, ANNA))
    assert [post.payload.get("SandboxMode") for post in mailjet.posts()] == [None, True]


def test_no_key_makes_a_repeated_message_look_like_the_first(mailjet: MailjetDouble, owner: User) -> None:
    """The client's own would be the same for two messages that differ in their CustomID alone."""
    carried_out(mailing(owner, ANNA))
    carried_out(mailing(owner, ANNA))
    assert not any("idempotency" in name.lower() for post in mailjet.posts() for name in post.headers)
    assert mailjet.taken() == [ANNA, ANNA]


def test_a_cancelled_run_makes_no_further_call(
    mailjet: MailjetDouble, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, *PEOPLE)
    monkeypatch.setattr("tasks.active.SECONDS_BETWEEN_SAVES", 0)
    from mail.transports.mailjet import MailjetTransport  # noqa: PLC0415

    send = MailjetTransport.send

    def cancel_meanwhile(transport: MailjetTransport, *call: object) -> object:
        run.cancel()
        return send(transport, *call)  # type: ignore[arg-type]

    monkeypatch.setattr(MailjetTransport, "send", cancel_meanwhile)
    assert carried_out(run).state == Run.State.CANCELLED
    assert Counter(states(run).values()) == {"sent": 50, "cancelled": 70}
    assert mailjet.count() == 1
