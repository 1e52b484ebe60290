"""Several reminders at once: paused, resumed, and deleted after being asked."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from reminders.bulk import MOST
from reminders.models import Reminder
from tasks.models import Task
from tests.reminders.kinds import HOURLY, rang, reminder_of, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

BULK, LIST = "/reminders/bulk/", "http://testserver/reminders/?show=paused"


def press(client: Client, action: str, *reminders: Reminder | str, **fields: str) -> Any:
    """What the page says after the button was pressed with these chosen."""
    keys = [each if isinstance(each, str) else str(each.pk) for each in reminders]
    data = {"action": action, "reminder": keys, **fields}
    return client.post(BULK, data, follow=True, headers={"referer": LIST})


def titles(*, is_paused: bool) -> list[str]:
    found = Reminder.objects.filter(paused_at__isnull=not is_paused)
    return list(found.order_by("pk").values_list("title", flat=True))


@pytest.fixture
def three(owner: User) -> list[Reminder]:
    return [reminder_of(owner, title, schedule=HOURLY) for title in ("one", "two", "three")]


def test_the_chosen_ones_are_paused_and_no_others(signed_in: Client, three: list[Reminder]) -> None:
    answer = press(signed_in, "pause", *three[:2])
    assert answer.redirect_chain == [("http://testserver/reminders/?show=paused", 302)]
    assert "2 reminders were paused." in answer.text
    assert (titles(is_paused=True), titles(is_paused=False)) == (["one", "two"], ["three"])
    assert not Reminder.objects.filter(paused_at__isnull=False, next_run_at__isnull=False).exists()


def test_and_resumed(signed_in: Client, three: list[Reminder]) -> None:
    for reminder in three:
        reminder.pause()
    assert "One reminder was resumed." in press(signed_in, "resume", three[1]).text
    assert titles(is_paused=False) == ["two"]
    three[1].refresh_from_db()
    assert three[1].next_run_at


def test_one_whose_time_has_passed_is_named_and_holds_up_no_other(
    signed_in: Client, owner: User, three: list[Reminder]
) -> None:
    past = reminder_of(owner, "past")
    for reminder in (past, three[0]):
        reminder.pause()
    Task.objects.filter(pk=past.pk).update(starts=datetime(2020, 1, 1, 9))
    page = press(signed_in, "resume", past, three[0]).text
    assert "One reminder was resumed." in page
    assert "The time of “past” has passed. Edit it to give it a new one." in page
    assert titles(is_paused=True) == ["past"]


def test_one_that_rang_for_the_last_time_is_named_and_not_paused(
    signed_in: Client, three: list[Reminder]
) -> None:
    Task.objects.filter(pk=three[0].pk).update(next_run_at=None)
    page = press(signed_in, "pause", *three).text
    assert "2 reminders were paused." in page
    assert "The time of “one” has passed. Edit it to give it a new one." in page
    assert titles(is_paused=True) == ["two", "three"]


def test_deleting_asks_first_and_names_them(signed_in: Client, three: list[Reminder]) -> None:
    page = press(signed_in, "delete", *three[:2]).text
    assert "Delete 2 reminders?" in page
    assert '<li dir="auto">one</li>' in page
    assert "three" not in page
    assert Reminder.objects.count() == 3


def test_confirmed_they_are_gone_also_where_they_were_snoozed(
    signed_in: Client, owner: User, three: list[Reminder], sink: Sink
) -> None:
    snoozed = reminder_of(owner, "snoozed")
    rang(snoozed).snooze(datetime.fromisoformat("2050-01-01T09:00Z"))
    answer = press(signed_in, "delete", three[0], snoozed, confirmed="1")
    assert answer.redirect_chain[-1] == ("/reminders/", 302)
    assert "2 reminders were deleted." in answer.text
    assert titles(is_paused=False) == ["two", "three"]
    assert waiting(snoozed) == []


@pytest.mark.parametrize("action", ["pause", "resume", "delete"])
def test_nobody_elses_are_touched(
    signed_in: Client, stranger: User, three: list[Reminder], action: str
) -> None:
    theirs, paused = reminder_of(stranger, "theirs"), reminder_of(stranger, "theirs, paused")
    paused.pause()
    page = press(signed_in, action, theirs, paused, confirmed="1").text
    assert "Choose reminders first." in page
    theirs.refresh_from_db()
    paused.refresh_from_db()
    assert (theirs.paused_at is None, paused.paused_at is None) == (True, False)
    page = press(signed_in, "delete", theirs, three[0]).text
    assert "theirs" not in page
    assert "Delete this reminder?" in page


def test_a_task_that_is_no_reminder_is_not_touched(signed_in: Client, owner: User) -> None:
    task = Task.objects.create(owner=owner, kind_name="note.email", title="Not a reminder")
    press(signed_in, "delete", str(task.pk), confirmed="1")
    assert Task.objects.filter(pk=task.pk).exists()


@pytest.mark.parametrize("action", ["", "explode", "pause"])
def test_without_a_choice_or_an_action_nothing_happens(
    signed_in: Client, three: list[Reminder], action: str
) -> None:
    chosen = [] if action == "pause" else three
    assert "Choose reminders first." in press(signed_in, action, *chosen).text
    assert titles(is_paused=False) == ["one", "two", "three"]


def test_keys_without_sense_are_passed_over(signed_in: Client, three: list[Reminder]) -> None:
    assert "One reminder was paused." in press(signed_in, "pause", "x", "-1", "²", "9" * 30, three[0]).text


def test_gone_meanwhile_it_is_passed_over(signed_in: Client, three: list[Reminder]) -> None:
    keys = [str(reminder.pk) for reminder in three]
    three[0].delete()
    assert "2 reminders were deleted." in press(signed_in, "delete", *keys, confirmed="1").text


def test_more_than_a_page_can_show_is_more_than_is_done_at_once(signed_in: Client, owner: User) -> None:
    first = reminder_of(owner, "first", schedule=HOURLY)
    press(signed_in, "pause", *(["0"] * MOST), first)
    assert titles(is_paused=False) == ["first"]


def test_it_only_takes_posts(signed_in: Client) -> None:
    assert signed_in.get(BULK).status_code == 405
