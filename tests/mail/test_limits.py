"""How much one person may send, and one address gets."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from pytest_django import Settings

from accounts.models import User
from mail.limits import accept, check, reserve
from mail.models import DailyCount, Delivery
from mail.recipients import Recipient
from tests.factories import make_user
from tests.mail.kinds import carried_out, mailing
from tests.smtp_sink import Sink

ANNA = Recipient(address="anna@example.org")


@pytest.mark.django_db
def test_a_run_has_a_limit(owner: User, settings: Settings) -> None:
    settings.MAIL_MAX_RECIPIENTS = 2
    recipients = [Recipient(address=f"x{number}@example.org") for number in range(3)]
    accept(owner, recipients[:2])
    with pytest.raises(ValidationError, match="At most 2 recipients"):
        accept(owner, recipients)


@pytest.mark.django_db
def test_only_who_confirmed_their_address_writes_to_others() -> None:
    unconfirmed = make_user("unconfirmed", verified=False)
    with pytest.raises(ValidationError, match="Confirm your own"):
        accept(unconfirmed, [ANNA])
    accept(unconfirmed, [Recipient(user_id=unconfirmed.pk), Recipient(address=unconfirmed.email)])


@pytest.mark.django_db
def test_who_may_write_to_whom_can_be_asked_without_counting(owner: User, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 0
    check(owner, [ANNA])
    assert not DailyCount.objects.exists()
    with pytest.raises(ValidationError, match="Confirm your own"):
        check(make_user("unconfirmed", verified=False), [ANNA])


@pytest.mark.django_db
def test_a_day_has_a_limit_of_its_own(owner: User, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 5
    reserve(owner, 3)
    with pytest.raises(ValidationError, match="limit of 5 messages; 2 are left"):
        reserve(owner, 3)
    reserve(owner, 2)
    reserve(make_user("other"), 5)
    DailyCount.objects.update(day="2000-01-01")
    reserve(owner, 5)


@pytest.mark.django_db
def test_more_than_a_days_limit_at_once_is_too_much(owner: User, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 5
    with pytest.raises(ValidationError, match="5 are left"):
        reserve(owner, 6)


@pytest.mark.django_db
def test_what_was_not_accepted_after_all_does_not_count(owner: User) -> None:
    with transaction.atomic():
        reserve(owner, 3)
        transaction.set_rollback(True)
    assert not DailyCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_share_the_limit(owner: User, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 10
    start, outcomes = threading.Barrier(6), []

    def ask() -> None:
        start.wait()
        try:
            with transaction.atomic():
                reserve(owner, 3)
        except ValidationError:
            outcomes.append("refused")
        else:
            outcomes.append("accepted")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted"] * 3 + ["refused"] * 3
    assert DailyCount.objects.get().count == 9


@pytest.mark.django_db
def test_one_address_gets_no_more_than_so_many_a_day_from_all_together(
    owner: User, friend: User, sink: Sink, settings: Settings
) -> None:
    settings.MAIL_DAILY_LIMIT_PER_ADDRESS = 2
    for sender in (owner, friend):
        carried_out(mailing(sender, "anna@example.org"))
    run = carried_out(mailing(friend, "anna@example.org", "bert@example.org"))
    assert run.summary == "1 sent, 1 skipped"
    assert sink.recipients() == ["anna@example.org"] * 2 + ["bert@example.org"]
    assert "in a day" in Delivery.objects.get(run=run, state="skipped").error
    Delivery.objects.filter(state="sent").update(sent_at="2000-01-01T00:00Z")
    assert carried_out(mailing(owner, "anna@example.org")).summary == "1 sent"


@pytest.mark.django_db
def test_what_one_sends_oneself_is_not_held_back_by_what_others_send(
    owner: User, friend: User, sink: Sink, settings: Settings
) -> None:
    settings.MAIL_DAILY_LIMIT_PER_ADDRESS = 1
    carried_out(mailing(friend, owner.email))
    assert carried_out(mailing(owner, owner.email)).summary == "1 sent"
