"""The page of one reminder: when it comes, how it reminds, and what became of it so far."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.models import Note
from reminders.door import remindable
from reminders.history import RINGS_SHOWN
from reminders.models import Reminder
from tasks.door import Schedule
from tasks.models import Run, Task
from tests.factories import make_user
from tests.reminders.kinds import HOURLY, fire, newest, rang, reminder_of, time_comes, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def page_of(client: Client, reminder: Reminder) -> str:
    return client.get(reminder.get_absolute_url()).text


def test_it_says_when_and_how(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(
        owner,
        schedule=Schedule("UTC", datetime(2050, 1, 1, 9), "FREQ=DAILY"),
        text="Ask for\n<b>the form</b>",
        recipients=["bob@example.net"],
        nag_every=5,
        nag_limit=1,
        missed="all",
        expires_after=1800,
        calendar=True,
    )
    page = page_of(signed_in, reminder)
    for words in (
        "1 January 2050 at 09:00", "Every day at 09:00", "Sun 2 Jan 2050, 09:00", "Thu 6 Jan 2050, 09:00",
        "Here and by e-mail", "bob@example.net", "Again every 5 minutes, at most 1 time<",
        "Rings for each time", "30 minutes", "In the first e-mail", "Ask for<br>&lt;b&gt;the form&lt;/b&gt;",
        "It has not rung yet.",
    ):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    ("ways", "words"),
    [({"email": False}, "Here"), ({"in_app": False}, "By e-mail"), ({}, "Here and by e-mail")],
)
def test_it_says_by_which_ways(signed_in: Client, owner: User, ways: dict[str, Any], words: str) -> None:
    assert f"<dd>{words}</dd>" in page_of(signed_in, reminder_of(owner, **ways))


def test_times_are_told_on_the_clock_of_the_reader(client: Client) -> None:
    reader = make_user("reader", time_zone="Europe/Berlin")
    client.force_login(reader)
    schedule = Schedule("America/New_York", datetime(2050, 1, 1, 9), "FREQ=DAILY")
    page = page_of(client, reminder_of(reader, schedule=schedule))
    assert "1 January 2050 at 15:00" in page
    assert "by the clock in America/New_York" in page
    assert "Sun 2 Jan 2050, 15:00" in page


def test_a_paused_and_a_past_one_say_so(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    reminder.pause()
    page = page_of(signed_in, reminder)
    assert 'data-state="paused">Paused</span> since' in page
    assert "After that" not in page
    Task.objects.filter(pk=reminder.pk).update(paused_at=None, next_run_at=None)
    assert "None, its last time has come" in page_of(signed_in, reminder)


def test_the_first_of_these_that_rang_waits_with_its_buttons(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    occurrence = rang(reminder)
    page = page_of(signed_in, reminder)
    assert f"{occurrence.get_absolute_url()}acknowledgement/" in page
    occurrence.acknowledge()
    page = page_of(signed_in, reminder)
    assert "acknowledgement/" not in page
    assert ">Done</span>" in page


def test_what_was_snoozed_or_nagged_belongs_to_the_time_it_came_due(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=5)
    rang(reminder)
    time_comes(waiting(reminder)[0])
    newest(reminder).snooze(timezone.now() + timedelta(hours=1))
    answer = signed_in.get(reminder.get_absolute_url())
    (only,) = answer.context["rang"]
    assert only.occurrence == newest(reminder)
    assert "Snoozed until" in answer.text


def test_what_was_replaced_has_no_buttons_any_more(signed_in: Client, owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    first = rang(reminder)
    second = rang(reminder)
    page = page_of(signed_in, reminder)
    assert f"{second.get_absolute_url()}acknowledgement/" in page
    assert f"{first.get_absolute_url()}acknowledgement/" not in page


def test_what_went_wrong_is_there_in_words(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    Run.objects.create(task=reminder, tries_left=0, state=Run.State.FAILED, error="The server refused it.")
    page = page_of(signed_in, reminder)
    assert "The server refused it." in page
    assert ">Failed</span>" in page


def test_what_is_to_come_is_not_what_rang(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    moment = datetime(2050, 1, 1, tzinfo=UTC)
    Run.objects.create(task=reminder, due_at=moment, next_attempt_at=moment, tries_left=6)
    assert "It has not rung yet." in page_of(signed_in, reminder)


def test_what_it_is_about_is_linked(signed_in: Client, owner: User) -> None:
    remindable(Note)
    note = Note.objects.create(owner=owner, title="Minutes")
    reminder = reminder_of(owner, about=note)
    assert f'href="{note.get_absolute_url()}">Minutes</a>' in page_of(signed_in, reminder)
    note.delete()
    assert "Minutes" not in page_of(signed_in, reminder)


def test_the_part_that_moves_is_the_one_that_the_page_includes(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner)
    fire(reminder)
    token = 'name="csrfmiddlewaretoken" value="'
    part = signed_in.get(f"{reminder.get_absolute_url()}history/").text.strip()
    assert part.split(token)[0] in page_of(signed_in, reminder)


@pytest.mark.parametrize("count", [1, RINGS_SHOWN + 2])
def test_it_costs_the_same_however_often_it_rang(
    signed_in: Client, owner: User, sink: Sink, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, email=False)
    for _ in range(count):
        rang(reminder)
    with django_assert_num_queries(5):
        answer = signed_in.get(f"{reminder.get_absolute_url()}history/")
    assert len(answer.context["rang"]) == min(count, RINGS_SHOWN)


def test_deleting_asks_first(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    address = f"{reminder.get_absolute_url()}delete/"
    assert "Delete this reminder?" in signed_in.get(address).text
    assert Reminder.objects.count() == 1
    answer = signed_in.post(address, follow=True)
    assert "“Call the bank” was deleted." in answer.text
    assert Reminder.objects.count() == 0
    assert signed_in.post(address).status_code == 404
