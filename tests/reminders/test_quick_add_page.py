"""Quick add in the browser's terms: GET shows what a line means, POST saves what was shown."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import User
from reminders import quick_entry
from reminders.models import Reminder
from reminders.quick_entry import Entry
from tests.reminders.kinds import reminder_of

pytestmark = pytest.mark.django_db

QUICK = "/reminders/quick/"
LINE = "tomorrow 9am call the bank"


def shown(client: Client, line: str = LINE) -> dict[str, str]:
    """The fields that the fragment for the line puts into the form."""
    page = client.get(QUICK, {"line": line}).text
    return {"line": line, **dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))}


def saved() -> list[str]:
    return list(Reminder.objects.order_by("pk").values_list("title", flat=True))


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    with mock.patch.object(timezone, "now", return_value=moment):
        yield


def leads_to_the_form(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer["Location"].startswith("/reminders/new/?quick="))


def test_what_is_understood_is_shown(signed_in: Client) -> None:
    page = signed_in.get(QUICK, {"line": "every second Tuesday at noon water the plants"}).text
    assert "water the plants</strong>" in page
    assert "Every second week on Tuesday at 12:00; next" in page
    assert "Enter saves it." in page


def test_a_time_that_was_not_given_is_said(signed_in: Client) -> None:
    assert "09:00, as no time was given" in signed_in.get(QUICK, {"line": "tomorrow call the bank"}).text
    assert "as no time was given" not in signed_in.get(QUICK, {"line": LINE}).text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("next Friday lunch", "Which day is “next Friday”?"),
        ("call the bank", "Say when"),
        ("x" * 301, "At most 300"),
    ],
)
def test_what_is_not_understood_is_said_and_cannot_be_saved(signed_in: Client, line: str, words: str) -> None:
    page = signed_in.get(QUICK, {"line": line}).text
    assert words in page
    assert 'href="/reminders/new/?quick=' in page
    assert 'name="shown"' not in page


def test_without_a_title_it_cannot_be_saved(signed_in: Client) -> None:
    page = signed_in.get(QUICK, {"line": "in 20 minutes"}).text
    assert "Say what you want to be reminded of, too." in page
    assert 'name="shown"' not in page


def test_of_an_empty_line_nothing_is_said(signed_in: Client) -> None:
    assert signed_in.get(QUICK).text.strip() == ""


def test_what_was_typed_is_shown_as_text(signed_in: Client) -> None:
    page = signed_in.get(QUICK, {"line": "tomorrow <b>bold</b>"}).text
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>" not in page


def test_what_was_shown_is_saved(signed_in: Client, owner: User) -> None:
    answer = signed_in.post(QUICK, shown(signed_in, "every weekday at 8:30 stand-up"), follow=True)
    reminder = Reminder.objects.get()
    assert (reminder.owner, reminder.title) == (owner, "stand-up")
    assert (reminder.rrule, reminder.starts and reminder.starts.strftime("%H:%M")) == (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "08:30",
    )  # fmt: skip
    assert "You will be reminded of “stand-up”: " in answer.text


def test_what_is_saved_later_is_still_what_was_shown(signed_in: Client) -> None:
    """Who looks at “in 2 hours” for a while gets the moment that was on the page."""
    fields = shown(signed_in, "in 2 hours tea")
    moment = Entry.shown(fields["shown"], fields["line"], User.objects.get())
    with clock_at(timezone.now() + timedelta(hours=1)):
        signed_in.post(QUICK, fields)
    assert moment
    assert Reminder.objects.get().schedule == moment.schedule


def test_what_is_past_when_it_is_saved_is_asked_anew(signed_in: Client) -> None:
    with clock_at(timezone.now() - timedelta(minutes=1)):
        fields = shown(signed_in, "in 2 seconds tea")
    answer = signed_in.post(QUICK, fields)
    assert leads_to_the_form(answer)
    assert "That time has passed." in signed_in.get(answer["Location"]).text
    assert saved() == []


def test_a_line_of_which_nothing_was_shown_leads_to_the_form_with_all_of_it(signed_in: Client) -> None:
    answer = signed_in.post(QUICK, {"line": LINE})
    assert leads_to_the_form(answer)
    page = signed_in.get(answer["Location"]).text
    assert 'value="call the bank"' in page
    assert 'value="09:00"' in page
    assert saved() == []


def test_a_line_that_is_not_understood_leads_to_the_form_that_says_so(signed_in: Client) -> None:
    page = signed_in.post(QUICK, {"line": "next Friday lunch"}, follow=True).text
    assert "Which day is “next Friday”?" in page
    assert 'value="next Friday lunch"' in page


def test_what_was_shown_for_another_line_is_not_taken(signed_in: Client) -> None:
    assert leads_to_the_form(signed_in.post(QUICK, {**shown(signed_in), "line": "tomorrow 10am call"}))
    assert saved() == []


def test_what_was_shown_to_somebody_else_is_not_taken(signed_in: Client, friend: User) -> None:
    theirs = Client()
    theirs.force_login(friend)
    assert leads_to_the_form(signed_in.post(QUICK, shown(theirs)))
    assert saved() == []


@pytest.mark.parametrize("signed", ["", "nonsense", signing.dumps({"user": 1, "line": LINE})])
def test_what_we_did_not_sign_for_this_is_not_taken(signed_in: Client, signed: str) -> None:
    assert leads_to_the_form(signed_in.post(QUICK, {**shown(signed_in), "shown": signed}))
    assert saved() == []


def test_what_was_shown_too_long_ago_is_not_taken(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_entry, "SHOWN_FOR", -1)
    assert leads_to_the_form(signed_in.post(QUICK, shown(signed_in)))
    assert saved() == []


def test_two_presses_make_one(signed_in: Client) -> None:
    fields = shown(signed_in)
    for _ in range(2):
        assert signed_in.post(QUICK, fields).status_code == 302
    assert saved() == ["call the bank"]


def test_the_same_line_typed_again_makes_another(signed_in: Client) -> None:
    for _ in range(2):
        signed_in.post(QUICK, shown(signed_in))
    assert saved() == ["call the bank", "call the bank"]


@pytest.mark.parametrize("key", ["", "nonsense"])
def test_a_key_without_sense_does_no_harm(signed_in: Client, key: str) -> None:
    signed_in.post(QUICK, {**shown(signed_in), "key": key})
    assert saved() == ["call the bank"]


def test_the_key_of_somebody_else_does_no_harm(signed_in: Client, friend: User) -> None:
    key = str(uuid4())
    theirs = Client()
    theirs.force_login(friend)
    for client in (theirs, signed_in):
        client.post(QUICK, {**shown(client), "key": key})
    assert [reminder.owner.username for reminder in Reminder.objects.order_by("pk")] == ["friend", "owner"]


def test_it_goes_back_to_where_it_was_typed_and_never_elsewhere(signed_in: Client) -> None:
    for referer, page in [
        ("http://testserver/?x=1", "http://testserver/?x=1"),
        ("https://evil.example/", "/reminders/"),
        ("", "/reminders/"),
    ]:
        answer = signed_in.post(QUICK, shown(signed_in), headers={"referer": referer})
        assert answer["Location"] == page


def test_what_it_says_it_becomes_on_the_list(signed_in: Client, owner: User) -> None:
    reminder_of(owner, "another")
    signed_in.post(QUICK, shown(signed_in))
    first, _ = signed_in.get("/reminders/").context["page"].rows
    assert (first.task.title, first.when) == ("call the bank", "Tomorrow at 09:00")
