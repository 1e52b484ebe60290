"""People who want no mail get a link that works, and then no mail."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from mail import refusals
from mail.models import Delivery, Refusal
from tests.factories import make_user
from tests.mail.kinds import carried_out, mailing
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

ANNA = "anna@example.org"


@pytest.fixture
def link(owner: User, settings: Settings) -> str:
    """The link in a message of the owner to Anna, as a path."""
    return refusals.link_for(ANNA, owner.pk).removeprefix(settings.SITE_URL)


def test_every_message_to_somebody_else_carries_the_link(owner: User, friend: User, sink: Sink) -> None:
    carried_out(mailing(owner, ANNA, users=[friend]))
    for message in sink.messages():
        header = message.message["List-Unsubscribe"].strip("<>")
        assert header == refusals.link_for(message.to[0], owner.pk)
        assert message.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for part in message.message.iter_parts():
            assert header in part.get_content()


def test_a_message_to_oneself_carries_none(owner: User, sink: Sink) -> None:
    carried_out(mailing(owner, users=[owner]))
    (message,) = sink.messages()
    assert message.message["List-Unsubscribe"] is None
    assert b"refuse" not in message.raw


def test_looking_at_the_link_changes_nothing(link: str, client: Client) -> None:
    """Mail programs and virus scanners open every link."""
    answer = client.get(link)
    assert (answer.status_code, Refusal.objects.count()) == (200, 0)
    assert ANNA in answer.content.decode()
    assert client.head(link).status_code == 200
    assert Refusal.objects.count() == 0


def test_no_more_from_this_sender(link: str, owner: User, friend: User, client: Client, sink: Sink) -> None:
    assert client.post(link, {"whom": "sender"}).status_code == 200
    assert carried_out(mailing(owner, ANNA, "bert@example.org")).summary == "1 sent, 1 skipped"
    assert Delivery.objects.get(state="skipped").error == "Asked not to be written to."
    carried_out(mailing(friend, ANNA))
    assert sink.recipients() == ["bert@example.org", ANNA]


def test_no_more_from_anybody(link: str, friend: User, client: Client, sink: Sink) -> None:
    client.post(link, {"whom": "everybody"})
    assert carried_out(mailing(friend, ANNA)).summary == "0 sent, 1 skipped"
    assert sink.recipients() == []


def test_a_mail_program_refuses_with_one_click_and_without_cookies(link: str, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Refusal.objects.get().sender == owner


def test_refusing_twice_is_refusing_once(link: str, client: Client) -> None:
    for whom in ("sender", "sender", "everybody", "everybody"):
        assert client.post(link, {"whom": whom}).status_code == 200
    assert Refusal.objects.count() == 2


def test_a_user_may_refuse_too_and_still_gets_what_they_send_themselves(
    owner: User, sink: Sink, client: Client, settings: Settings
) -> None:
    friend = make_user("friend")
    path = refusals.link_for(friend.email, owner.pk).removeprefix(settings.SITE_URL)
    client.post(path, {"whom": "everybody"})
    assert carried_out(mailing(owner, users=[friend])).summary == "0 sent, 1 skipped"
    assert carried_out(mailing(friend, users=[friend])).summary == "1 sent"


def test_the_link_works_when_its_sender_is_gone(link: str, owner: User, client: Client) -> None:
    owner.delete()
    assert client.get(link).status_code == 200
    client.post(link, {"List-Unsubscribe": "One-Click"})
    assert Refusal.objects.get().sender is None


@pytest.mark.parametrize(
    "forge", [lambda link: link[:-3] + "x/", lambda link: re.sub("refuse/.", "refuse/x", link)]
)
def test_a_forged_link_leads_nowhere(link: str, client: Client, forge: object) -> None:
    assert callable(forge)
    assert client.get(forge(link)).status_code == 404
    assert client.post(forge(link), {"whom": "everybody"}).status_code == 404
    assert Refusal.objects.count() == 0


def test_the_link_needs_no_account_and_says_nothing_about_others(
    link: str, client: Client, owner: User
) -> None:
    assert owner.email not in client.get(link).content.decode()
