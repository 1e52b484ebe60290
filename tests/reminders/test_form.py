"""The form of a reminder: new, about something, edited, duplicated, and refused at the field."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from notes.models import Note
from reminders.door import reference, remindable
from reminders.models import Reminder
from tasks.door import Schedule
from tasks.models import Task
from tests.reminders.kinds import HOURLY, reminder_of

pytestmark = pytest.mark.django_db

NEW = "/reminders/new/"
DAILY = Schedule("UTC", datetime(2050, 1, 1, 9), "FREQ=DAILY")
DAILY_UNTIL = {"when_repeat": "daily", "when_ends": "on"}


def filled(client: Client, address: str = NEW, **changes: Any) -> dict[str, Any]:
    """The fields of the form as the page gives them, with what somebody changes."""
    form = client.get(address).context["form"]
    fields = {}
    for part in (form, form.when):
        for field in part:
            value = field.value()
            if value is True:
                value = "on"
            if value not in (None, "", False, []):
                fields[field.html_name] = getattr(value, "isoformat", lambda value=value: value)()
    fields |= {name.replace("when_", "when-", 1): value for name, value in changes.items()}
    return {name: value for name, value in fields.items() if value is not None}


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    """What somebody typed who wants to be reminded once."""
    usual = {"title": "Call the bank", "when_date": "2050-01-01", "when_time": "09:00"}
    return filled(client, **{**usual, **changes})


def errors_at(client: Client, name: str, fields: dict[str, Any], address: str = NEW) -> str:
    """What the page says below the field when it refuses the form."""
    answer = client.post(address, fields)
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in answer.text
    assert re.search(rf'<[^>]* name="{name}"[^>]* aria-invalid="true"', answer.text)
    section = answer.text.split(f'id="id_{name}_error"')[1]
    return section[: section.index("</div>")]


def test_a_new_one_is_saved_as_it_was_typed(signed_in: Client, owner: User) -> None:
    fields = typed(
        signed_in, text="Ask for\r\nthe form", nag_every="5", nag_limit="3", missed="skip", late="30",
        calendar="on", recipients="bob@example.net",
    )  # fmt: skip
    answer = signed_in.post(NEW, fields, follow=True)
    reminder = Reminder.objects.get()
    assert answer.redirect_chain == [(reminder.get_absolute_url(), 302)]
    assert "You will be reminded of “Call the bank”." in answer.text
    assert (reminder.owner, reminder.title, reminder.missed) == (owner, "Call the bank", "skip")
    assert reminder.schedule == Schedule("UTC", datetime(2050, 1, 1, 9))
    assert reminder.expires_after == 1800
    assert reminder.params == {
        "text": "Ask for\nthe form", "recipients": ["bob@example.net"], "email": True, "in_app": True,
        "nag_every": 5, "nag_limit": 3, "calendar": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "rrule", "words"),
    [
        ({"when_repeat": "daily", "when_interval": "3"}, "FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        ({"when_repeat": "weekly", "when_days": ["MO", "TH"]}, "FREQ=WEEKLY;BYDAY=MO,TH", "Every Monday"),
        ({"when_repeat": "monthly_weekday"}, "FREQ=MONTHLY;BYDAY=1SA", "On the first Saturday"),
        ({"when_repeat": "yearly"}, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", "Every year on the 1st of January"),
    ],
)  # fmt: skip
def test_one_that_repeats(signed_in: Client, changes: dict[str, Any], rrule: str, words: str) -> None:
    answer = signed_in.post(NEW, typed(signed_in, **changes), follow=True)
    assert Reminder.objects.get().rrule == rrule
    assert words in answer.text


def test_one_by_a_crontab_with_a_number_of_times(signed_in: Client) -> None:
    changes = {"when_repeat": "crontab", "when_crontab": "0 9 * * *", "when_ends": "after", "when_count": "3"}
    signed_in.post(NEW, typed(signed_in, when_date=None, when_time=None, **changes))
    reminder = Reminder.objects.get()
    assert (reminder.crontab, reminder.max_runs) == ("0 9 * * *", 3)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", None, "Say what you want to be reminded of."),
        ("title", " \u200b ", "Say what you want to be reminded of."),
        ("title", "x" * 201, "at most 200 characters"),
        ("text", "x" * 10_001, "at most 10000 characters"),
        ("text", "a\0b", "Null characters are not allowed."),
        ("recipients", "nobody-here", "Nobody here is called “nobody-here”"),
        ("recipients", "a@", "“a@” is not an e-mail address"),
        ("nag_every", "0", "greater than or equal to 1"),
        ("nag_every", "1441", "less than or equal to 1440"),
        ("nag_every", "soon", "Enter a whole number."),
        ("nag_limit", "51", "less than or equal to 50"),
        ("missed", "nonsense", "Select a valid choice."),
        ("late", "0", "greater than or equal to 1"),
        ("late", str(366 * 24 * 60 + 1), "less than or equal to"),
        ("when-date", "2020-01-01", "That time has passed."),
        ("when-date", None, "Give the date."),
        ("when-date", "2050-02-30", "There is no such date."),
        ("when-time", None, "Give the time of day."),
        ("when-time", "25:00", "There is no such time of day."),
        ("when-time_zone", "Mars/Olympus", "Mars/Olympus"),
        ("when-repeat", "sometimes", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    signed_in: Client, name: str, value: str | None, words: str
) -> None:
    fields = {key: kept for key, kept in {**typed(signed_in), name: value}.items() if kept is not None}
    assert words in errors_at(signed_in, name, fields).replace("&#x27;", "'")
    assert not Reminder.objects.exists()


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("when-crontab", {"when_repeat": "crontab", "when_crontab": "0 9 30 2 *"}, "no day on which"),
        ("when-crontab", {"when_repeat": "crontab"}, "Give the crontab."),
        ("when-end_date", {**DAILY_UNTIL, "when_end_date": "2020-01-01"}, "This ends before it begins."),
        ("when-end_date", DAILY_UNTIL, "Give the last day."),
        ("when-count", {"when_repeat": "daily", "when_ends": "after", "when_count": "1001"}, "less than"),
        ("when-interval", {"when_repeat": "daily", "when_interval": "0"}, "greater than or equal to 1"),
        ("email", {"email": None, "in_app": None}, "Choose at least one way"),
        ("email", {"email": None, "recipients": "bob@example.net"}, "by e-mail alone"),
        ("nag_every", {"in_app": None, "recipients": "b@example.net", "nag_every": "5"}, "reminds you, too"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_at_its_field(
    signed_in: Client, name: str, changes: dict[str, Any], words: str
) -> None:
    assert words in errors_at(signed_in, name, typed(signed_in, **changes))
    assert not Reminder.objects.exists()


def test_all_that_is_wrong_is_said_at_once(signed_in: Client) -> None:
    page = signed_in.post(NEW, typed(signed_in, email=None, in_app=None, when_date="2020-01-01")).text
    assert "That time has passed." in page
    assert "Choose at least one way to be reminded." in page


def test_what_was_typed_is_still_there_when_something_is_refused(signed_in: Client) -> None:
    fields = typed(
        signed_in, title="Mine", text="Details", when_date="2020-01-01", recipients="bob@example.net"
    )
    page = signed_in.post(NEW, fields).text
    for kept in ("Mine", "Details", "2020-01-01", "bob@example.net", fields["key"]):
        assert kept in page


def test_what_is_wrong_among_the_rest_is_not_hidden(signed_in: Client) -> None:
    assert '<details class="more">' in signed_in.get(NEW).text
    page = signed_in.post(NEW, typed(signed_in, late="0")).text
    assert '<details class="more" open>' in page


def test_sent_twice_it_is_one(signed_in: Client) -> None:
    fields = typed(signed_in)
    first, second = (signed_in.post(NEW, fields) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Reminder.objects.count() == 1


def test_gone_back_to_and_changed_it_is_another(signed_in: Client) -> None:
    fields = typed(signed_in)
    signed_in.post(NEW, fields)
    signed_in.post(NEW, {**fields, "title": "Call the other bank"})
    assert Reminder.objects.count() == 2


def test_refused_first_and_corrected_it_is_saved(signed_in: Client) -> None:
    fields = typed(signed_in, when_date="2020-01-01")
    assert signed_in.post(NEW, fields).status_code == 422
    assert signed_in.post(NEW, {**fields, "when-date": "2050-01-01"}).status_code == 302
    assert Reminder.objects.count() == 1


def test_about_something_it_says_so_and_leads_back_there(signed_in: Client, owner: User) -> None:
    remindable(Note)
    note = Note.objects.create(owner=owner, title="Minutes")
    address = f"{NEW}?about={reference(note)}"
    page = signed_in.get(address).text
    assert "About “" in page
    assert 'value="Minutes"' in page
    answer = signed_in.post(address, filled(signed_in, address, when_date="2050-01-01", when_time="09:00"))
    assert answer["Location"] == note.get_absolute_url()
    assert Reminder.objects.get().about == note


@pytest.mark.parametrize(
    "query", ["about=notes.note:{}", "about=nonsense", "about=tasks.task:1", "copy={}", "copy=x"]
)
def test_what_is_not_ones_own_is_not_there(signed_in: Client, stranger: User, query: str) -> None:
    remindable(Note)
    note = Note.objects.create(owner=stranger, title="Theirs")
    theirs = reminder_of(stranger)
    address = f"{NEW}?{query.format(note.pk if 'note' in query else theirs.pk)}"
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(address, typed(signed_in)).status_code == 404
    assert Reminder.objects.get() == theirs


def test_a_duplicate_begins_with_all_of_it_and_is_one_of_its_own(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(
        owner, schedule=DAILY, text="Ask", nag_every=7, recipients=["bob@example.net"], expires_after=90
    )
    address = f"{NEW}?copy={reminder.pk}"
    assert signed_in.post(address, filled(signed_in, address)).status_code == 302
    first, second = Reminder.objects.order_by("pk")
    assert first == reminder
    assert (second.title, second.schedule, second.params) == (first.title, first.schedule, first.params)
    assert second.expires_after == 120  # whole minutes, at least as long


def test_a_duplicate_of_a_past_one_needs_a_new_time(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    Task.objects.filter(pk=reminder.pk).update(starts=datetime(2020, 1, 1, 9), next_run_at=None)
    address = f"{NEW}?copy={reminder.pk}"
    assert "That time has passed." in errors_at(signed_in, "when-date", filled(signed_in, address), address)


def edit(reminder: Reminder) -> str:
    return f"{reminder.get_absolute_url()}edit/"


def test_an_edit_changes_what_was_changed_and_nothing_else(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, text="Ask", expires_after=90, missed="all")
    next_run_at, params = reminder.next_run_at, reminder.params
    answer = signed_in.post(edit(reminder), filled(signed_in, edit(reminder), title="Call Ann"), follow=True)
    assert "Saved." in answer.text
    reminder.refresh_from_db()
    assert (reminder.title, reminder.params, reminder.next_run_at) == ("Call Ann", params, next_run_at)
    assert (reminder.expires_after, reminder.missed) == (90, "all")


def test_an_edit_of_the_time_moves_the_next_time(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    signed_in.post(edit(reminder), filled(signed_in, edit(reminder), when_date="2051-02-03"))
    reminder.refresh_from_db()
    assert reminder.next_run_at == datetime(2051, 2, 3, 9, tzinfo=UTC)


def test_one_that_is_over_can_be_edited_without_a_new_time(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    Task.objects.filter(pk=reminder.pk).update(starts=datetime(2020, 1, 1, 9), next_run_at=None)
    assert signed_in.post(edit(reminder), filled(signed_in, edit(reminder), title="Past")).status_code == 302
    reminder.refresh_from_db()
    assert (reminder.title, reminder.next_run_at) == ("Past", None)


def test_an_edit_to_a_past_time_is_refused_and_changes_nothing(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner)
    fields = filled(signed_in, edit(reminder), title="Other", when_date="2020-01-01")
    assert "That time has passed." in errors_at(signed_in, "when-date", fields, edit(reminder))
    reminder.refresh_from_db()
    assert (reminder.title, reminder.starts) == ("Call the bank", datetime(2050, 1, 1, 9))


def test_a_paused_one_stays_paused_when_it_is_edited(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    reminder.pause()
    signed_in.post(edit(reminder), filled(signed_in, edit(reminder), when_crontab="5 * * * *"))
    reminder.refresh_from_db()
    assert (reminder.crontab, reminder.next_run_at) == ("5 * * * *", None)
    assert reminder.paused_at


def test_the_form_keeps_a_rule_that_it_has_no_words_for(signed_in: Client, owner: User) -> None:
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    reminder = reminder_of(owner, schedule=Schedule("UTC", datetime(2050, 1, 1, 9), rule))
    page = signed_in.get(edit(reminder)).text
    assert escape("As it is: By the rule") in page
    signed_in.post(edit(reminder), filled(signed_in, edit(reminder), title="Other"))
    reminder.refresh_from_db()
    assert (reminder.title, reminder.rrule) == ("Other", rule)


def test_a_moment_is_typed_on_the_clock_of_the_zone_that_is_chosen(signed_in: Client) -> None:
    signed_in.post(NEW, typed(signed_in, when_time_zone="Asia/Tokyo"))
    assert Reminder.objects.get().next_run_at == datetime(2050, 1, 1, 0, tzinfo=UTC)


def test_a_minute_ago_is_past_and_in_a_minute_is_not(signed_in: Client) -> None:
    for minutes, status in ((-1, 422), (2, 302)):
        moment = timezone.now() + timedelta(minutes=minutes)
        fields = typed(signed_in, when_date=f"{moment:%Y-%m-%d}", when_time=f"{moment:%H:%M}")
        assert signed_in.post(NEW, fields).status_code == status
