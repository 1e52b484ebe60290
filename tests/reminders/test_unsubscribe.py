"""Who is reminded by e-mail can end that by a link in it: for this reminder, and for nothing else."""

import re

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from notifications.models import Notification
from reminders import links
from reminders.kinds import ReminderParams
from reminders.models import Reminder
from tests.reminders.kinds import HOURLY, fire, rang, reminder_of
from tests.smtp_sink import Received, Sink

pytestmark = pytest.mark.django_db


def link(received: Received) -> str:
    """The path of its header's link, which both of its texts show."""
    found = re.fullmatch(r"<(https://clock\.example(\S+))>", received.message["List-Unsubscribe"])
    assert found is not None
    for part in received.message.iter_parts():
        assert found[1] in part.get_content()
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return found[2]


def ways(reminder: Reminder) -> ReminderParams:
    reminder.refresh_from_db()
    return ReminderParams.model_validate(reminder.params)


def test_one_click_ends_this_reminders_email_alone(owner: User, sink: Sink, client: Client) -> None:
    reminder, other = (reminder_of(owner, title, schedule=HOURLY) for title in ("One", "Other"))
    rang(reminder)
    before = ways(other)
    path = link(sink.messages()[0])
    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "You get no more e-mail of it." in answer.content.decode()
    assert ways(reminder) == before.model_copy(update={"email": False})
    assert ways(other) == before
    fire(reminder)
    assert len(sink.messages()) == 1
    assert Notification.objects.filter(user=owner, title="One").count() == 2


def test_looking_changes_nothing(owner: User, sink: Sink, client: Client) -> None:
    reminder = reminder_of(owner)
    rang(reminder)
    answer = client.get(link(sink.messages()[0]))
    assert "Do you want no more e-mail of it?" in answer.content.decode()
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert ways(reminder).email


def test_one_that_only_mails_rings_in_the_app_from_then_on(owner: User, sink: Sink, client: Client) -> None:
    reminder = reminder_of(owner, in_app=False, schedule=HOURLY)
    rang(reminder)
    assert not Notification.objects.exists()
    client.post(link(sink.messages()[0]))
    fire(reminder)
    assert len(sink.messages()) == 1
    assert Notification.objects.filter(user=owner).count() == 1


def test_others_still_get_theirs(owner: User, sink: Sink, client: Client) -> None:
    guest = "guest@example.net"
    reminder = reminder_of(owner, schedule=HOURLY, recipients=[owner.username, guest], in_app=False)
    rang(reminder)
    [mine] = [received for received in sink.messages() if received.to == ["owner@example.com"]]
    [theirs] = [received for received in sink.messages() if received.to == [guest]]
    assert "/mail/refuse/" in theirs.message["List-Unsubscribe"]
    client.post(link(mine))
    sink.reset()
    fire(reminder)
    assert [received.to for received in sink.messages()] == [[guest]]
    assert Notification.objects.filter(user=owner).count() == 1


def test_the_page_says_how_to_change_it_back(owner: User, sink: Sink, signed_in: Client) -> None:
    reminder = reminder_of(owner)
    rang(reminder)
    page = signed_in.post(link(sink.messages()[0])).content.decode()
    assert f'href="/reminders/{reminder.pk}/edit/"' in page


def test_other_links_do_not_unsubscribe(owner: User, sink: Sink, client: Client) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    for purpose in (links.DONE, links.SNOOZE):
        path = links.link_for(purpose, occurrence).removeprefix("https://clock.example")
        client.post(path, {"List-Unsubscribe": "One-Click"})
    forged = signing.TimestampSigner(salt="reminders", sep=".").sign(str(occurrence.pk))
    assert client.post(f"/reminders/links/{forged}/").status_code == 404
    assert ways(reminder).email


def test_of_a_reminder_that_is_gone_nothing_is_left_to_end(owner: User, sink: Sink, client: Client) -> None:
    reminder = reminder_of(owner)
    rang(reminder)
    reminder.delete()
    assert client.post(link(sink.messages()[0])).status_code == 410
