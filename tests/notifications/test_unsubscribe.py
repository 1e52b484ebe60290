"""One click in an e-mail changes exactly the wish it is about, whoever is signed in, and only on POST."""

import re

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from notifications.door import notify
from notifications.events import Email
from notifications.models import Held, Preference, Settings
from notifications.wishes.choosing import choose, chosen
from tests.notifications.clocks import Clock, work
from tests.notifications.digests import be_quiet, wish
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def link(sink: Sink) -> str:
    """The path of the link in the header of the first e-mail, which both of its texts show."""
    message = sink.messages()[0].message
    found = re.fullmatch(r"<(https://clock\.example(\S+))>", message["List-Unsubscribe"])
    assert found is not None
    for part in message.iter_parts():
        assert found[1] in part.get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return found[2]


def mail_of(owner: User, sink: Sink, event: str = "task.failed") -> str:
    notify(owner, title="Backup failed", event=event)
    work()
    return link(sink)


def digest_of(owner: User, sink: Sink, clock: Clock) -> str:
    wish(owner, email=Email.DIGEST)
    notify(owner, title="One")
    clock.passes(days=1)
    return link(sink)


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_it_ends_email_about_that_event_alone(
    owner: User, stranger: User, sink: Sink, is_signed_in: bool
) -> None:
    choose(owner.pk, "task.failed", in_quiet_hours=True)
    before = chosen(owner)
    path = mail_of(owner, sink)
    client = Client(enforce_csrf_checks=True)
    if is_signed_in:
        client.force_login(stranger)
    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "owner gets no more e-mail about “A task failed”." in page
        assert "/notifications/settings/" in page
    after = chosen(owner)
    assert {event for event in after if after[event] != before[event]} == {"task.failed"}
    assert after["task.failed"].email == Email.OFF
    assert after["task.failed"].in_quiet_hours
    assert not Settings.objects.exists()
    assert not Preference.objects.exclude(user=owner).exists()
    notify(owner, title="Backup failed", event="task.failed")
    work()
    assert len(sink.messages()) == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(owner: User, sink: Sink, client: Client, method: str) -> None:
    """Mail programs and virus scanners open every link."""
    answer = getattr(client, method)(mail_of(owner, sink))
    assert answer.status_code == 200
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in answer["Cache-Control"]
    assert not Preference.objects.exists()


def test_a_digest_is_ended_by_itself(owner: User, sink: Sink, client: Client, clock: Clock) -> None:
    path = digest_of(owner, sink, clock)
    preferences = chosen(owner)
    assert "no more digests" in client.get(path).content.decode()
    assert not Settings.objects.exists()
    notify(owner, title="Waits for the next one")
    for _ in range(2):
        assert "owner gets no more digests by e-mail." in client.post(path).content.decode()
    stored, untouched = Settings.objects.get(), Settings(user=owner, digests=False)
    for field in ("user", "digests", "digest_at", "toasts", "quiet_from", "shows_presence"):
        assert getattr(stored, field) == getattr(untouched, field)
    assert chosen(owner) == preferences
    assert not Held.objects.filter(digest__closed_at=None).exists()
    clock.passes(days=3)
    assert len(sink.messages()) == 1


def test_ending_digests_keeps_quiet_hours(owner: User, sink: Sink, client: Client, clock: Clock) -> None:
    be_quiet(owner)
    before = Settings.objects.get()
    client.post(digest_of(owner, sink, clock))
    after = Settings.objects.get()
    assert (after.quiet_from, after.quiet_until) == (before.quiet_from, before.quiet_until)


def test_tokens_of_others_do_not_work(owner: User, sink: Sink, client: Client) -> None:
    token = mail_of(owner, sink).split("/")[-2]
    forged = signing.Signer(salt="mail.refusals").sign_object([owner.pk, "task.failed"])
    for wrong in (token[:-1], "A" + token, "nothing", forged):
        for method in (client.get, client.post):
            assert method(f"/notifications/unsubscribe/{wrong}/").status_code == 404
    assert not Preference.objects.exists()


def test_the_link_of_a_deleted_account_is_none(owner: User, sink: Sink, client: Client) -> None:
    path = mail_of(owner, sink)
    owner.delete()
    assert client.post(path).status_code == 404
