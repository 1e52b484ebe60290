"""What a note's page shows beside it: e-mails that went out or are to come, and reminders about it."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.emails import EMAILS_SHOWN
from notes.models import Note
from reminders.door import remind
from reminders.models import Reminder
from tasks.door import Schedule
from tasks.models import Run, Task
from tests.notes.factories import make_note, schedule_email

pytestmark = pytest.mark.django_db

MONDAYS = Schedule("Asia/Tokyo", datetime(2030, 1, 7, 9), rrule="FREQ=WEEKLY;BYDAY=MO")


def make_email(note: Note) -> Run:
    task = Task.objects.create(owner=note.owner, kind_name="note.email", title="E-mail", about=note)
    return Run.objects.create(task=task, tries_left=6)


def remind_of(note: Note, title: str, at: datetime) -> Reminder:
    return remind(note.owner, title=title, schedule=Schedule("UTC", at), about=note)


def page_of(client: Client, note: Note) -> str:
    return " ".join(client.get(note.get_absolute_url()).text.split())


def activity_of(client: Client, note: Note) -> str:
    return " ".join(client.get(reverse("notes:activity", args=[note.pk])).text.split())


def test_it_is_fetched_anew_whenever_something_runs(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    address = reverse("notes:activity", args=[note.pk])
    assert f'<live-fragment class="not-printed" src="{address}" topic="runs">' in page_of(signed_in, note)
    assert "E-mails of this note" not in activity_of(signed_in, note)
    make_email(note)
    assert "E-mails of this note" in activity_of(signed_in, note)


def test_each_email_has_its_bar_and_the_last_one_its_recipients(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    first, last = make_email(note), make_email(note)
    page = page_of(signed_in, note)
    assert f'src="{reverse("mail:deliveries", args=[last.pk])}"' in page
    assert reverse("mail:deliveries", args=[first.pk]) not in page
    assert page.index(f'id="run-{last.pk}-progress"') < page.index(f'id="run-{first.pk}-progress"')


def test_each_time_that_a_repeated_one_fired_has_its_own(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    task = make_email(note).task
    make_email(note)
    again = Run.objects.create(task=task, due_at=datetime.fromisoformat("2030-01-01T00:00Z"), tries_left=6)
    assert page_of(signed_in, note).count('class="card email"') == 3
    assert f'src="{reverse("mail:deliveries", args=[again.pk])}"' in page_of(signed_in, note)


def test_only_the_last_ones_are_shown(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    for _ in range(EMAILS_SHOWN + 1):
        make_email(note)
    assert page_of(signed_in, note).count('class="card email"') == EMAILS_SHOWN


def test_those_of_another_note_stand_there(signed_in: Client, owner: User) -> None:
    note, other = make_note(owner), make_note(owner)
    make_email(other)
    schedule_email(other, MONDAYS)
    remind_of(other, "Call", datetime(2030, 1, 7, 9))
    assert "E-mails of this note" not in page_of(signed_in, note)
    assert "Call" not in page_of(signed_in, note)
    assert "Call" in page_of(signed_in, other)


def test_a_scheduled_email_has_its_next_time_and_what_can_be_done(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    task = schedule_email(note, MONDAYS, "anna@example.org", "bert@example.org")
    page = page_of(signed_in, note)
    assert "To 2 recipients" in page
    assert "Mon 7 Jan 2030, 00:00" in page  # the owner reads UTC
    assert "Every Monday at 09:00 (Asia/Tokyo)" in page
    for name in ("pause", "schedule", "delete"):
        assert reverse(f"tasks:{name}", args=[task.pk]) in page


def test_a_paused_one_is_still_there_and_can_be_resumed(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    task = schedule_email(note, MONDAYS)
    task.pause()
    page = page_of(signed_in, note)
    assert "Paused" in page
    assert reverse("tasks:resume", args=[task.pk]) in page
    came_from = signed_in.post(
        reverse("tasks:resume", args=[task.pk]),
        headers={"referer": f"http://testserver{note.get_absolute_url()}"},
    )
    assert came_from["Location"].endswith(f"{note.get_absolute_url()}#task-{task.pk}")
    assert "Paused" not in page_of(signed_in, note)


def test_one_that_is_over_is_no_more_to_come(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    schedule_email(note, MONDAYS)
    Task.objects.update(next_run_at=None)
    assert "recipient" not in page_of(signed_in, note)


def test_reminders_about_it_stand_there_in_order_and_the_paused_last(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    paused = remind_of(note, "Paused one", datetime(2030, 1, 1, 9))
    remind_of(note, "Second", datetime(2030, 1, 3, 9))
    first = remind_of(note, "First", datetime(2030, 1, 2, 9))
    paused.pause()
    page = page_of(signed_in, note)
    assert page.index(">First<") < page.index(">Second<") < page.index(">Paused one<")
    assert f'href="{first.get_absolute_url()}"' in page
    assert "Wed 2 Jan 2030, 09:00" in page
    assert "E-mails of this note" not in page
    first.delete()
    assert "First" not in activity_of(signed_in, note)


def test_remind_me_leads_to_a_form_about_the_note_and_back(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Garden party")
    address = f"{reverse('reminders:create')}?about=notes.note:{note.pk}"
    assert page_of(signed_in, note).count(f'href="{address}"') == 2  # beside the title, and in the menu
    form = signed_in.get(address)
    assert form.context["form"]["title"].value() == "Garden party"
    typed = {
        "key": str(form.context["form"]["key"].value()), "title": "Call the band", "in_app": "on",
        "when-repeat": "once", "when-date": "2030-01-07", "when-time": "09:00", "when-time_zone": "UTC",
    }  # fmt: skip
    assert signed_in.post(address, typed)["Location"] == note.get_absolute_url()
    assert "Call the band" in activity_of(signed_in, note)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    note = make_note(owner)
    for number in range(count):
        make_email(note)
        schedule_email(note, MONDAYS)
        schedule_email(note, MONDAYS).pause()
        remind_of(note, "Call", datetime(2030, 1, 1 + number))
    signed_in.get(note.get_absolute_url())
    with django_assert_num_queries(11):
        signed_in.get(note.get_absolute_url())
