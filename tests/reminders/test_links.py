"""The links in e-mails: looking changes nothing, posting acts, and each is for one purpose and a time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from reminders import links
from reminders.models import Occurrence
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.models import Task
from tests.reminders.kinds import HOURLY, LATER, rang, reminder_of, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def occurrence(owner: User, sink: Sink) -> Occurrence:
    return rang(reminder_of(owner, title="Call <b>the bank</b>"))


def link(sink: Sink, purpose: str) -> str:
    """The path of the link in the first e-mail, as its reader finds it."""
    text, html = (part.get_content() for part in sink.messages()[0].message.iter_parts())
    found = re.search(rf"^{purpose}: (https://clock\.example(\S+))\s*$", text, re.MULTILINE)
    assert found is not None
    assert found[1] in html
    return found[2]


def is_untouched(occurrence: Occurrence) -> bool:
    occurrence.refresh_from_db()
    return not occurrence.is_done and occurrence.waiting_ring is None


@pytest.mark.parametrize("purpose", ["Done", "Snooze"])
def test_looking_changes_nothing(occurrence: Occurrence, sink: Sink, client: Client, purpose: str) -> None:
    """Mail programs and virus scanners open every link."""
    for method in (client.get, client.head):
        answer = method(link(sink, purpose))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
    assert is_untouched(occurrence)
    assert "<b>the bank" not in client.get(link(sink, purpose)).content.decode()


def test_done_by_link_and_again_calmly(occurrence: Occurrence, sink: Sink, client: Client) -> None:
    Task.objects.update(next_run_at=None)  # as Beat leaves one that was due once
    path = link(sink, "Done")
    assert "Done. It rings no more." in client.post(path).content.decode()
    occurrence.refresh_from_db()
    assert occurrence.is_done
    for answer in (
        client.post(path),
        client.get(path),
        client.post(link(sink, "Snooze"), {"until": "1-hour"}),
    ):
        assert answer.status_code == 200
        assert "This is done already." in answer.content.decode()
    assert occurrence.waiting_ring is None


def test_done_for_one_time_of_several(owner: User, sink: Sink, signed_in: Client) -> None:
    """Neither says that it rings no more: the next time does."""
    rang(reminder_of(owner, schedule=HOURLY))
    path = link(sink, "Done")
    for page, words in [
        (signed_in.get(path), "Is this time done?"),
        (signed_in.post(path), "This time is done."),
        (signed_in.post(path), "This time is done already."),
    ]:
        assert words in page.content.decode()
        assert "rings no more" not in page.content.decode()
        assert "come due again" not in page.content.decode()


@pytest.mark.parametrize("schedule", [LATER, HOURLY])
def test_done_for_an_earlier_time_does_not_say_that_nothing_rings_any_more(
    owner: User, sink: Sink, signed_in: Client, schedule: Schedule
) -> None:
    reminder = reminder_of(owner, schedule=schedule, nag_every=5)
    rang(reminder)
    newer = rang(reminder)
    Task.objects.filter(pk=reminder.pk).update(next_run_at=None)
    path = link(sink, "Done")
    for page in (signed_in.get(path), signed_in.get(link(sink, "Snooze")), signed_in.post(path)):
        assert "It has come due again since." in page.content.decode()
        assert f'href="{reminder.get_absolute_url()}"' in page.content.decode()
        assert "rings no more" not in page.content.decode()
    assert "This time is done." in page.content.decode()
    assert newer.waiting_ring is not None
    assert reminder.get_absolute_url() not in Client().get(path).content.decode()


def test_an_earlier_time_that_was_snoozed_is_not_the_last_either(
    owner: User, sink: Sink, client: Client
) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    rang(reminder)
    Task.objects.filter(pk=reminder.pk).update(next_run_at=None)
    occurrence.snooze(database_now() + timedelta(hours=1))
    assert "This time is done." in client.post(link(sink, "Done")).content.decode()


def test_snoozed_by_link(occurrence: Occurrence, owner: User, sink: Sink, client: Client) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Kolkata")
    answer = client.post(link(sink, "Snooze"), {"until": "pick", "at": "2030-01-02T09:00"})
    assert "Snoozed until 2 January 2030 at 09:00." in answer.content.decode()
    assert occurrence.snoozed_until is not None
    assert occurrence.snoozed_until.isoformat() == "2030-01-02T03:30:00+00:00"
    client.post(link(sink, "Snooze"), {"until": "1-hour"})
    assert occurrence.snoozed_until < database_now() + timedelta(hours=2)
    assert len(waiting(occurrence.task)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose until when."),
        ({"until": "pick", "at": "2020-01-01T09:00"}, "That time has passed."),
        ({"until": "pick", "at": "<i>"}, "Give a date and a time."),
    ],
)
def test_a_moment_that_is_none_is_refused_at_its_field(
    occurrence: Occurrence, sink: Sink, client: Client, fields: dict[str, str], words: str
) -> None:
    answer = client.post(link(sink, "Snooze"), fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "<i>" not in answer.content.decode()
    assert is_untouched(occurrence)


def test_a_moment_that_is_refused_does_not_leave_the_link_in_the_log(
    occurrence: Occurrence, sink: Sink, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    client.post(link(sink, "Snooze"), {"until": "pick", "at": "2020-01-01T09:00"})
    assert caplog.messages == ["Unprocessable Entity: /reminders/links/***/"]


def test_each_link_is_for_one_purpose(occurrence: Occurrence, sink: Sink, client: Client) -> None:
    client.post(link(sink, "Done"), {"until": "1-hour"})
    occurrence.refresh_from_db()
    assert (occurrence.is_done, occurrence.waiting_ring) == (True, None)


def test_a_snooze_link_never_says_done(occurrence: Occurrence, sink: Sink, client: Client) -> None:
    client.post(link(sink, "Snooze"), {"until": "done"})
    assert is_untouched(occurrence)


def test_it_works_without_cookies_and_for_who_is_signed_in_as_somebody_else(
    occurrence: Occurrence, stranger: User, sink: Sink
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stranger)
    page = client.get(link(sink, "Done")).content.decode()
    assert "A reminder of owner, and you are signed in as stranger." in page
    assert client.post(link(sink, "Done")).status_code == 200
    occurrence.refresh_from_db()
    assert occurrence.is_done


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "9" + token,
        lambda token: token.rpartition(".")[0],
        lambda token: signing.TimestampSigner(salt="another purpose", sep=".").sign(token.split(".")[0]),
        lambda _: "x",
    ],
)
def test_a_forged_link_leads_nowhere(
    occurrence: Occurrence, client: Client, forge: Callable[[str], str]
) -> None:
    token = links.link_for(links.DONE, occurrence).rstrip("/").rpartition("/")[2]
    path = f"/reminders/links/{forge(token)}/"
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    assert is_untouched(occurrence)


def test_an_old_link_says_so(
    occurrence: Occurrence, sink: Sink, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "SECONDS", -1)
    for answer in (client.get(link(sink, "Done")), client.post(link(sink, "Done"))):
        assert answer.status_code == 410
        assert "This link is too old." in answer.content.decode()
    assert is_untouched(occurrence)


def test_a_link_to_what_was_deleted_says_so(occurrence: Occurrence, sink: Sink, client: Client) -> None:
    occurrence.task.delete()
    for answer in (client.get(link(sink, "Done")), client.post(link(sink, "Done"))):
        assert answer.status_code == 410
        assert "not there any more" in answer.content.decode()


def test_links_of_a_disabled_account_end(
    occurrence: Occurrence, owner: User, sink: Sink, client: Client
) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.post(link(sink, "Done")).status_code == 410
    assert is_untouched(occurrence)


def test_other_recipients_get_no_links(owner: User, friend: User, sink: Sink, settings: Settings) -> None:
    rang(reminder_of(owner, recipients=["owner", "friend", "anna@example.org"]))
    by_address = {message.to[0]: message for message in sink.messages()}
    assert b"/reminders/links/" in by_address[owner.email].raw
    for address in (friend.email, "anna@example.org"):
        message = by_address[address].message
        text, html = (part.get_content() for part in message.iter_parts())
        assert "/reminders/" not in text + html
        assert "owner asked us to remind you:" in text
        assert "owner asked us to remind you:" in html
        assert message["Reply-To"] == f"owner <{owner.email}>"
        assert message["List-Unsubscribe"]
