"""A run's owner sees what became of each message; nobody else does."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories import make_user
from tests.mail.kinds import carried_out, mailing, only
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def page(run_pk: int) -> str:
    return reverse("mail:deliveries", args=[run_pk])


def test_recipients_are_listed_with_their_states(owner: User, client: Client, sink: Sink) -> None:
    friend = make_user("friend", email="secret@example.org")
    run = carried_out(
        mailing(owner, "anna@example.org", "data-550.x@example.org", "lost-1.y@example.org", users=[friend])
    )
    client.force_login(owner)
    text = client.get(page(run.pk)).content.decode()
    for words in (
        "anna@example.org",
        "friend",
        'data-state="sent"',
        'data-state="failed"',
        "550",
        "Send again",
    ):
        assert words in text
    assert "data-final" in text
    assert "secret@example.org" not in text


@pytest.mark.parametrize("trick", ["rcpt-550", "rcpt-450", "rcpt-421", "data-550", "data-450", "data-421"])
def test_what_the_server_says_of_somebody_picked_by_name_does_not_tell_their_address(
    owner: User, sink: Sink, trick: str
) -> None:
    friend = make_user("friend", email=f"{trick}.secret@example.org")
    run = carried_out(mailing(owner, users=[friend]))
    told = [only(run).error, run.error, *run.attempts.values_list("error", flat=True)]
    assert trick[-3:] in told[0]
    assert "secret" not in str(told)
    typed = carried_out(mailing(owner, friend.email))
    assert "secret" in only(typed).error, "the server does repeat the address, which its writer knows"


def test_a_run_that_is_not_at_its_end_says_so(owner: User, client: Client, sink: Sink) -> None:
    run = carried_out(mailing(owner, "rcpt-450.x@example.org"))
    client.force_login(owner)
    text = client.get(page(run.pk)).content.decode()
    assert "data-final" not in text
    assert "It is tried again" in text


def test_an_unstarted_run_has_a_page_too(owner: User, client: Client) -> None:
    client.force_login(owner)
    assert "as soon as it begins" in client.get(page(mailing(owner, "a@example.org").pk)).content.decode()


def test_a_stranger_gets_a_404(owner: User, stranger: User, client: Client) -> None:
    run = mailing(owner, "anna@example.org")
    client.force_login(stranger)
    assert client.get(page(run.pk)).status_code == 404
    client.force_login(owner)
    assert client.get(page(run.pk)).status_code == 200


def test_somebody_signed_out_is_sent_to_the_log_in_page(owner: User, client: Client) -> None:
    answer = client.get(page(mailing(owner, "anna@example.org").pk))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_recipients_takes_the_same_queries(
    owner: User, client: Client, sink: Sink, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    users = [make_user(f"friend{number}") for number in range(count)]
    run = carried_out(mailing(owner, *(f"x{number}@example.org" for number in range(count)), users=users))
    client.force_login(owner)
    cache.clear()  # the session is then read from the database, whether Redis is there or not
    with django_assert_num_queries(4):
        client.get(page(run.pk))
