"""Done: it rings no more, wherever that is said, and everywhere it shows."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from mail.models import Delivery
from notes.models import Note
from notifications.models import Notification
from reminders.door import remindable
from reminders.models import Occurrence
from tasks.clock import database_now
from tasks.engine import claim
from tasks.models import Run
from tests.reminders.kinds import HOURLY, carried_out, fire, newest, rang, reminder_of, time_comes, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def press_done(client: Client, occurrence: Occurrence, **headers: str) -> int:
    return client.post(f"{occurrence.get_absolute_url()}acknowledgement/", headers=headers).status_code


def buttons(client: Client, occurrence: Occurrence) -> str:
    return shown(client, occurrence.get_absolute_url())


def shown(client: Client, fragment: str) -> str:
    return client.get(fragment, headers={"X-Requested-With": "live-fragment"}).content.decode()


def test_the_buttons_say_done_and_the_entry_counts_as_read(
    owner: User, sink: Sink, signed_in: Client
) -> None:
    occurrence = rang(reminder_of(owner))
    assert "acknowledgement" in buttons(signed_in, occurrence)
    assert press_done(signed_in, occurrence) == 302
    page = buttons(signed_in, occurrence)
    assert "acknowledgement" not in page
    assert "data-final" in page
    assert not Notification.objects.visible_to(owner).unread().exists()
    assert list(Occurrence.objects.open()) == []


def test_done_twice_is_done_once(owner: User, sink: Sink, signed_in: Client) -> None:
    occurrence = rang(reminder_of(owner))
    press_done(signed_in, occurrence)
    occurrence.refresh_from_db()
    done_at = occurrence.acknowledged_at
    assert press_done(signed_in, occurrence) == 302
    occurrence.refresh_from_db()
    assert occurrence.acknowledged_at == done_at is not None


def test_done_takes_back_a_snooze(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    occurrence.snooze(database_now() + timedelta(hours=1))
    assert occurrence.acknowledge()
    assert waiting(reminder) == []


def test_the_next_time_rings_all_the_same(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    rang(reminder).acknowledge()
    assert rang(reminder) in Occurrence.objects.open()


def test_a_ring_that_a_worker_has_in_hands_tells_nothing_more(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=5)
    occurrence = rang(reminder)
    [nag] = waiting(reminder)
    Run.objects.filter(pk=nag.pk).update(next_attempt_at=database_now())
    active = claim(nag.pk)
    assert active is not None
    occurrence.acknowledge()
    Run.objects.filter(pk=nag.pk).update(cancel_requested_at=None)  # as if that had not been seen
    assert active.kind.handler(active) == "done meanwhile"
    assert (sink.recipients(), waiting(reminder)) == ([owner.email], [])


def test_done_while_the_mail_server_is_away_its_owner_gets_no_mail_any_more(
    owner: User, sink: Sink, settings: Settings
) -> None:
    reminder = reminder_of(owner, recipients=["owner", "anna@example.org"])
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    run = fire(reminder)
    assert run.state == "pending"
    newest(reminder).acknowledge()
    settings.EMAIL_PORT = port
    assert time_comes(run).summary == "1 of 2 sent, 1 cancelled"
    assert sink.recipients() == ["anna@example.org"]


def test_done_before_any_mail_was_made_its_owner_gets_none(
    owner: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminder = reminder_of(owner)
    with monkeypatch.context() as patch:
        patch.setattr("reminders.kinds.admit", lambda *_: 1 / 0)
        run = fire(reminder)
    newest(reminder).acknowledge()
    run.retry()
    assert carried_out(run).summary == "done meanwhile"
    assert (sink.recipients(), Delivery.objects.count()) == ([], 0)


@pytest.mark.parametrize("address", ["", "acknowledgement/", "snooze/"])
@pytest.mark.parametrize("method", ["get", "post", "head", "delete"])
def test_it_is_nothing_to_strangers(
    owner: User, stranger: User, sink: Sink, client: Client, address: str, method: str
) -> None:
    occurrence = rang(reminder_of(owner))
    url = occurrence.get_absolute_url() + address
    assert getattr(client, method)(url).status_code == 302  # to log in
    client.force_login(stranger)
    assert getattr(client, method)(url, {"until": "1-hour"} if method == "post" else {}).status_code == 404
    occurrence.refresh_from_db()
    assert not occurrence.is_done
    assert occurrence.waiting_ring is None


def test_opened_by_itself_the_fragment_leads_to_the_reminders_page(
    owner: User, sink: Sink, signed_in: Client
) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    for address in (occurrence.get_absolute_url(), occurrence.panel):
        assert signed_in.get(address)["Location"] == reminder.get_absolute_url()


@pytest.mark.parametrize("address", ["acknowledgement/", "snooze/"])
def test_looking_does_nothing(owner: User, sink: Sink, signed_in: Client, address: str) -> None:
    occurrence = rang(reminder_of(owner))
    assert signed_in.get(occurrence.get_absolute_url() + address).status_code == 405


def test_another_site_cannot_press(owner: User, sink: Sink) -> None:
    occurrence = rang(reminder_of(owner))
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert press_done(client, occurrence) == 403


def test_the_buttons_lead_to_what_it_is_about(owner: User, sink: Sink, signed_in: Client) -> None:
    remindable(Note)
    note = Note.objects.create(owner=owner, title="<b>Numbers</b>")
    occurrence = rang(reminder_of(owner, about=note, title="<i>Call</i>"))
    page = shown(signed_in, occurrence.panel)
    assert note.get_absolute_url() in page
    assert "<b>Numbers" not in page
    assert "<i>Call" not in page
    note.delete()
    assert "/notes/" not in shown(signed_in, occurrence.panel)


def test_buttons_of_many_cost_no_more_queries(
    owner: User, sink: Sink, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 2):
        rang(reminder_of(owner, nag_every=1)).snooze(database_now() + timedelta(hours=1))
        with django_assert_num_queries(2):
            found = list(Occurrence.objects.visible_to(owner).with_buttons())
            assert [occurrence.snoozed_until is None for occurrence in found] == [False] * count
            assert {occurrence.task.owner for occurrence in found} == {owner}
