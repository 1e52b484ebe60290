"""Ring now, pause and resume, by the buttons of a reminder."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Notification
from reminders.models import Occurrence, Reminder
from tasks.clock import database_now
from tasks.models import Run, Task
from tests.reminders.kinds import HOURLY, carried_out, fire, newest, rang, reminder_of, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def press(client: Client, reminder: Reminder, what: str, referer: str = "") -> Any:
    """What the page says after the button was pressed."""
    address = f"{reminder.get_absolute_url()}{what}"
    return client.post(address, follow=True, headers={"referer": referer} if referer else {})


def test_it_rings_now_and_its_next_time_stays(signed_in: Client, owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    assert "“Call the bank” rings now." in press(signed_in, reminder, "runs/").text
    carried_out(Run.objects.get())
    assert Notification.objects.get().title == "Call the bank"
    before = reminder.next_run_at
    reminder.refresh_from_db()
    assert reminder.next_run_at == before


def test_pressed_twice_it_rings_once(signed_in: Client, owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, recipients=["owner", "anna@example.org"])
    press(signed_in, reminder, "runs/")
    carried_out(Run.objects.get())
    press(signed_in, reminder, "runs/")
    assert (Run.objects.count(), Occurrence.objects.count(), len(sink.recipients())) == (1, 1, 2)


def test_what_came_due_and_what_was_snoozed_are_no_such_press(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner)
    fire(reminder, database_now().replace(microsecond=0))
    newest(reminder).snooze(database_now() + timedelta(hours=1))
    press(signed_in, reminder, "runs/")
    assert len(waiting(reminder)) == 2


@pytest.mark.parametrize("is_paused", [True, False])
def test_also_one_that_is_paused_or_past(
    signed_in: Client, owner: User, sink: Sink, *, is_paused: bool
) -> None:
    reminder = reminder_of(owner)
    reminder.pause()
    if not is_paused:
        Task.objects.filter(pk=reminder.pk).update(paused_at=None)
    press(signed_in, reminder, "runs/")
    carried_out(Run.objects.get())
    assert Occurrence.objects.open().count() == 1


def test_a_paused_one_rings_no_more_and_leads_back_to_where_it_was_paused(
    signed_in: Client, owner: User
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    answer = press(signed_in, reminder, "pause/", "http://testserver/reminders/?after=1-1")
    assert answer.redirect_chain == [("http://testserver/reminders/?after=1-1", 302)]
    reminder.refresh_from_db()
    assert (reminder.next_run_at, reminder.paused_at is None) == (None, False)


def test_paused_twice_it_is_paused_since_the_first_time(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    press(signed_in, reminder, "pause/")
    reminder.refresh_from_db()
    first = reminder.paused_at
    press(signed_in, reminder, "pause/")
    reminder.refresh_from_db()
    assert reminder.paused_at == first


def test_resumed_it_goes_on_from_now(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    before = reminder.next_run_at
    for what in ("pause/", "pause/delete/"):
        press(signed_in, reminder, what)
    reminder.refresh_from_db()
    assert (reminder.next_run_at, reminder.paused_at) == (before, None)


def test_what_has_passed_meanwhile_is_not_resumed_and_that_is_said(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    reminder.pause()
    Task.objects.filter(pk=reminder.pk).update(starts=datetime(2020, 1, 1, 9))
    page = press(signed_in, reminder, "pause/delete/").text
    assert "The time of “Call the bank” has passed. Edit it to give it a new one." in page
    reminder.refresh_from_db()
    assert reminder.paused_at


def test_what_rang_for_the_last_time_is_not_paused_and_that_is_said(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    Task.objects.filter(pk=reminder.pk).update(next_run_at=None)
    page = press(signed_in, reminder, "pause/").text
    assert "The time of “Call the bank” has passed. Edit it to give it a new one." in page
    reminder.refresh_from_db()
    assert reminder.paused_at is None


def test_what_waits_to_be_done_waits_also_while_it_is_paused(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    occurrence = rang(reminder)
    press(signed_in, reminder, "pause/")
    assert signed_in.get("/reminders/").context["page"].waiting == [occurrence]


@pytest.mark.parametrize("what", ["pause/", "pause/delete/", "runs/", "delete/"])
def test_a_look_does_nothing(signed_in: Client, owner: User, what: str) -> None:
    reminder = reminder_of(owner)
    assert signed_in.get(f"{reminder.get_absolute_url()}{what}").status_code in {200, 405}
    reminder.refresh_from_db()
    assert (reminder.paused_at, Run.objects.exists()) == (None, False)
