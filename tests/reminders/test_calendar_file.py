"""On request, the first e-mail of a reminder brings it as a file for calendars."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar, Event

from accounts.models import User
from mail.models import Delivery
from reminders.models import Occurrence
from tasks.clock import database_now
from tasks.door import Schedule
from tests.reminders.kinds import (
    HOURLY,
    carried_out,
    fire,
    newest,
    rang,
    reminder_of,
    time_comes,
    waiting,
)
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2024, 1, 2, 8, tzinfo=UTC)
WEEKLY = Schedule("Europe/Berlin", datetime(2024, 1, 2, 9), rrule="FREQ=WEEKLY")


def files(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.iter_attachments() if isinstance(part, EmailMessage)]


def counts(sink: Sink) -> list[int]:
    """How many files each e-mail brought, in order."""
    return [len(files(message.message)) for message in sink.messages()]


def event_in(message: EmailMessage) -> Event:
    [file] = files(message)
    calendar = Calendar.from_ical(file.get_content())
    assert calendar["METHOD"] == "PUBLISH"
    [event] = calendar.events
    return event


def test_it_is_a_calendar_file_beside_the_words(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, "Call the bank", schedule=WEEKLY, calendar=True, text="Ask, “now”")
    assert fire(reminder, TUESDAY).summary == "1 sent"
    [received] = sink.messages()
    message = received.message
    assert message.get_content_type() == "multipart/mixed"
    [file] = files(message)
    assert file["Content-Type"] == 'text/calendar; method="PUBLISH"; charset="utf-8"'
    assert file.get_filename() == "reminder.ics"
    words, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert words
    assert html
    assert "Call the bank" in words.get_content()
    assert "Call the bank" in html.get_content()
    assert message.defects == []


def test_it_says_this_time_and_those_to_come(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, "Call the bank", schedule=WEEKLY, calendar=True, text="Ask, “now”")
    fire(reminder, TUESDAY)
    event = event_in(sink.messages()[0].message)
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("Call the bank", "Ask, “now”")
    assert event["DTSTART"].dt == TUESDAY
    assert event["RRULE"]["FREQ"] == ["WEEKLY"]
    assert event["UID"] == f"reminder-{reminder.pk}@clock.example"
    assert event["URL"] == f"https://clock.example{reminder.get_absolute_url()}"


def test_without_being_asked_for_there_is_none(owner: User, sink: Sink) -> None:
    fire(reminder_of(owner))
    assert counts(sink) == [0]
    assert sink.messages()[0].message.get_content_type() == "multipart/alternative"


def test_others_get_it_too_without_a_link_they_could_not_open(owner: User, friend: User, sink: Sink) -> None:
    recipients = ["owner", "friend", "anna@example.org"]
    fire(reminder_of(owner, schedule=WEEKLY, calendar=True, recipients=recipients), TUESDAY)
    assert counts(sink) == [1, 1, 1]
    by_address = {message.to[0]: message.message for message in sink.messages()}
    assert "URL" in event_in(by_address[owner.email])
    for address in (friend.email, "anna@example.org"):
        event = event_in(by_address[address])
        assert "URL" not in event
        assert event["DTSTART"].dt == TUESDAY
        assert event["ORGANIZER"] == f"mailto:{owner.email}"
        body = by_address[address].get_body(("plain",))
        assert body
        assert "https://clock.example/mail/refuse/" in body.get_content()


def test_only_the_first_of_a_repeated_one_brings_it(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, calendar=True)
    fire(reminder)
    fire(reminder)
    assert counts(sink) == [1, 0]


def test_neither_snoozed_nor_nagging_rings_bring_it_again(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, calendar=True, nag_every=5)
    occurrence = rang(reminder)
    time_comes(waiting(reminder)[0])
    occurrence.snooze(database_now() + timedelta(hours=1))
    time_comes(waiting(reminder)[0])
    assert counts(sink) == [1, 0, 0]


def test_a_snoozed_ring_does_not_bring_it_even_if_it_is_the_first_that_writes(
    owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner, calendar=True)
    sink.configure(data=550)
    occurrence: Occurrence = rang(reminder)
    sink.configure(data=250)
    occurrence.snooze(database_now() + timedelta(hours=1))
    time_comes(waiting(reminder)[0])
    assert counts(sink) == [0]


def test_one_that_nobody_got_is_not_the_first(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, calendar=True)
    sink.configure(data=550)
    fire(reminder)
    sink.configure(data=250)
    fire(reminder)
    assert counts(sink) == [1]


def test_who_gets_it_at_a_second_try_gets_the_file(owner: User, sink: Sink) -> None:
    recipients = ["owner", "data-450-1.anna@example.org"]
    reminder = reminder_of(owner, schedule=HOURLY, calendar=True, recipients=recipients)
    run = fire(reminder)
    Delivery.objects.filter(run=run).update(next_attempt_at=database_now())
    type(run).objects.filter(pk=run.pk).update(next_attempt_at=database_now())
    assert carried_out(run).summary == "2 sent"
    assert counts(sink) == [1, 1]


def test_one_that_is_rung_after_its_time_shows_when_that_was(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, calendar=True)
    type(reminder).objects.filter(pk=reminder.pk).update(starts=datetime(2020, 1, 1, 9), next_run_at=None)
    reminder.refresh_from_db()
    carried_out(reminder.run_now())
    event = event_in(sink.messages()[0].message)
    assert event["DTSTART"].dt == newest(reminder).due_at.replace(microsecond=0)
    assert "RRULE" not in event


def test_it_is_as_long_as_it_has_to_be(owner: User, sink: Sink) -> None:
    """Mail allows lines of 998 bytes; words of any length and script arrive whole."""
    text = "Ümläut 😀, und so weiter;" * 300
    fire(reminder_of(owner, calendar=True, text=text))
    [received] = sink.messages()
    assert max(map(len, received.raw.split(b"\r\n"))) <= 998
    assert event_in(received.message)["DESCRIPTION"] == text
