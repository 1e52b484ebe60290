"""The calendar feed: an address that only its owner knows, and what a program reads there."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from reminders.door import change
from reminders.models import CalendarFeed, Reminder
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.models import Task
from tests.reminders.calendars import address_of, subscribed
from tests.reminders.kinds import HOURLY, LATER, rang, reminder_of

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r"http://localhost:8000(/reminders/calendar\.ics\?key=[\w-]{40,})")


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.SITE_URL = "http://localhost:8000"


def make(client: Client) -> str:
    """Make a new address on the page; gives its path."""
    page = client.post("/reminders/calendar/").content.decode()
    found = ADDRESS.search(page)
    assert found is not None
    return found[1]


def page(client: Client) -> str:
    return client.get("/reminders/calendar/").content.decode()


def titles(user: User) -> list[str]:
    return [str(event["SUMMARY"]) for event in subscribed(user).events]


# --- the address ---


def test_an_address_is_made_shown_once_and_works_for_who_is_not_signed_in(
    signed_in: Client, owner: User
) -> None:
    reminder_of(owner, "Call the bank")
    assert "There is no address" in page(signed_in)
    path = make(signed_in)
    answer = Client().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [event["SUMMARY"] for event in Calendar.from_ical(answer.content).events] == ["Call the bank"]
    assert "There is an address" in page(signed_in)
    assert not ADDRESS.search(page(signed_in))
    assert path.partition("=")[2] not in CalendarFeed.objects.get().token_hash


def test_it_can_be_copied_and_opened_in_a_calendar_program(signed_in: Client) -> None:
    text = signed_in.post("/reminders/calendar/").content.decode()
    [address] = set(ADDRESS.findall(text))
    assert f'data-copy="http://localhost:8000{address}"' in text
    assert f'href="webcal://localhost:8000{address}"' in text


def test_the_page_is_found_from_the_list_of_reminders(signed_in: Client) -> None:
    assert 'href="/reminders/calendar/"' in signed_in.get("/reminders/").content.decode()


def test_with_a_new_address_the_old_one_is_gone(signed_in: Client) -> None:
    old, new = make(signed_in), make(signed_in)
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    assert CalendarFeed.objects.count() == 1


def test_a_revoked_address_is_gone(signed_in: Client) -> None:
    path = make(signed_in)
    signed_in.post("/reminders/calendar/delete/")
    assert Client().get(path).status_code == 404
    assert "There is no address" in page(signed_in)
    assert signed_in.post("/reminders/calendar/delete/").status_code == 302


def test_who_revokes_touches_nobody_elses(signed_in: Client, stranger: User) -> None:
    theirs = address_of(stranger)
    signed_in.post("/reminders/calendar/")
    signed_in.post("/reminders/calendar/delete/")
    assert Client().get(theirs).status_code == 200


@pytest.mark.parametrize("query", ["", "?key=", "?key=x", "?key=%00%ff", f"?key={'a' * 5000}", "?token=x"])
def test_what_is_no_key_opens_nothing(owner: User, query: str) -> None:
    address_of(owner)
    assert Client().get(f"/reminders/calendar.ics{query}").status_code == 404


def test_the_stored_hash_is_no_key(owner: User) -> None:
    address_of(owner)
    key = CalendarFeed.objects.get().token_hash
    assert Client().get(f"/reminders/calendar.ics?key={key}").status_code == 404


def test_a_disabled_account_has_no_feed_until_it_is_enabled(owner: User) -> None:
    path = address_of(owner)
    User.objects.update(is_active=False)
    assert Client().get(path).status_code == 404
    User.objects.update(is_active=True)
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_is_only_read(owner: User, method: str) -> None:
    assert getattr(Client(), method)(address_of(owner)).status_code == 405


def test_the_key_stays_between_the_two(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    path = address_of(owner)
    answer = Client().get(path)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    key = path.partition("=")[2]
    assert key not in answer.content.decode()
    CalendarFeed.objects.all().delete()
    with caplog.at_level("DEBUG"):
        Client().get(path)
    assert "Not Found" in caplog.text
    assert key not in caplog.text


# --- reading it ---


def test_what_has_not_changed_is_not_sent_again(owner: User) -> None:
    reminder = reminder_of(owner)
    path = address_of(owner)
    first = Client().get(path)
    assert {"private", "no-cache"} == set(first["Cache-Control"].split(", "))
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    change(reminder, title="Call them again", schedule=LATER)
    changed = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_head_has_no_body(owner: User) -> None:
    answer = Client().head(address_of(owner))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"]


def test_when_it_was_read_is_kept_to_some_minutes(signed_in: Client, owner: User) -> None:
    path = make(signed_in)
    assert "Not yet" in page(signed_in)
    Client().get(path)
    read_at = CalendarFeed.objects.get().read_at
    assert read_at
    assert "Not yet" not in page(signed_in)
    Client().get(path)
    assert CalendarFeed.objects.get().read_at == read_at
    long_ago = read_at - timedelta(minutes=6)
    CalendarFeed.objects.update(read_at=long_ago)
    Client().get(path)
    assert CalendarFeed.objects.get().read_at != long_ago


def test_nobody_reads_it_by_looking_at_the_page(signed_in: Client) -> None:
    make(signed_in)
    page(signed_in)
    assert CalendarFeed.objects.get().read_at is None


@pytest.mark.parametrize("count", [1, 20])
def test_it_costs_the_same_queries_however_many_there_are(
    owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        reminder_of(owner, f"Number {number}")
        rang(reminder_of(owner, email=False)).snooze(database_now() + timedelta(days=1))
    path = address_of(owner)
    with django_assert_num_queries(4 + (connection.vendor == "postgresql")):  # which is asked for its clock
        Client().get(path)


# --- what is in it ---


def test_it_has_what_will_ring_and_nothing_else(owner: User, stranger: User) -> None:
    reminder_of(owner, "Once")
    reminder_of(owner, "Hourly", schedule=HOURLY)
    reminder_of(owner, "Paused").pause()
    over = reminder_of(owner, "Over")
    Task.objects.filter(pk=over.pk).update(next_run_at=None)
    reminder_of(stranger, "Theirs")
    assert titles(owner) == ["Once", "Hourly"]
    assert titles(stranger) == ["Theirs"]


def test_what_was_snoozed_is_there_when_it_rings_again(owner: User) -> None:
    reminder = reminder_of(owner, email=False)
    until = database_now().replace(microsecond=0) + timedelta(hours=1)
    rang(reminder).snooze(until)
    [_, snoozed] = subscribed(owner).events
    assert snoozed["SUMMARY"] == "Call the bank (snoozed)"
    assert snoozed["DTSTART"].dt == until
    assert "RRULE" not in snoozed


def test_it_leads_back_and_says_what_there_is_to_say(owner: User) -> None:
    reminder = reminder_of(
        owner, "Call <b>the</b> bank; now, or else", text="Ask for:\n- the “form”, 📄\r\n- it"
    )
    calendar = subscribed(owner)
    [event] = calendar.events
    assert event["SUMMARY"] == "Call <b>the</b> bank; now, or else"
    assert event["DESCRIPTION"] == "Ask for:\n- the “form”, 📄\n- it"
    assert event["URL"] == f"http://localhost:8000/reminders/{reminder.pk}/"
    assert event["UID"] == f"reminder-{reminder.pk}@localhost"
    assert event["CREATED"].dt == reminder.created_at.replace(microsecond=0)
    assert database_now() - event["DTSTAMP"].dt < timedelta(minutes=1)
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "Reminders")
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"


def test_its_name_in_calendars_outlasts_changes(owner: User) -> None:
    reminder = reminder_of(owner, schedule=Schedule("Europe/Berlin", crontab="0 9 * * *"))
    before = subscribed(owner).events[0]["UID"]
    change(reminder, title="Another", schedule=HOURLY)
    after = subscribed(owner).events[0]
    assert (after["UID"], after["SUMMARY"]) == (before, "Another")


def test_the_text_is_as_calendar_programs_want_it(owner: User) -> None:
    reminder_of(owner, "Ü" * 100 + "😀" * 50, text="a\x07b\tc\n" + "a long, line;" * 100)
    reminder_of(owner, schedule=Schedule("Europe/Berlin", datetime(2030, 1, 1, 9), rrule="FREQ=DAILY"))
    text = Client().get(address_of(owner)).content
    lines = text.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert max(map(len, lines)) <= 75
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert all(line.decode() for line in lines[:-1])  # no character is cut in two
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    assert b"TZID:Europe/Berlin" in lines
    event = subscribed(owner).events[0]
    assert event["SUMMARY"] == "Ü" * 100 + "😀" * 50
    assert event["DESCRIPTION"] == "ab\tc\n" + "a long, line;" * 100


def test_a_backslash_is_no_line_end(owner: User) -> None:
    """Read off the text itself: `icalendar` takes one for a line end, also when it is escaped."""
    reminder_of(owner, "Back up C:\\New\\notes")
    assert b"\r\nSUMMARY:Back up C:\\\\New\\\\notes\r\n" in Client().get(address_of(owner)).content


def test_a_title_smuggles_in_nothing(owner: User) -> None:
    reminder = reminder_of(owner, text="x\r\nEND:VEVENT\r\nBEGIN:VALARM")
    Reminder.objects.filter(pk=reminder.pk).update(title="x\r\nATTENDEE:mailto:eve@example.org")
    [event] = subscribed(owner).events
    assert "ATTENDEE" not in event
    assert event.subcomponents == []


def test_a_schedule_that_cannot_be_computed_takes_no_other_with_it(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    broken = reminder_of(owner, "Broken")
    Task.objects.filter(pk=broken.pk).update(time_zone="Mars/Olympus")
    reminder_of(owner, "Whole")
    assert titles(owner) == ["Whole"]
    assert f"task {broken.pk}" in caplog.text


def test_one_that_is_due_at_this_very_moment_is_still_there(owner: User) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    due = datetime(2026, 1, 1, 9, tzinfo=UTC)
    Task.objects.filter(pk=reminder.pk).update(next_run_at=due)
    assert subscribed(owner).events[0]["DTSTART"].dt == due


def test_an_empty_calendar_is_one(owner: User) -> None:
    calendar: Any = subscribed(owner)
    assert (calendar.events, calendar["VERSION"]) == ([], "2.0")
