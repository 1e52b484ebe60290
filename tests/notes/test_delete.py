"""Deleting a note: what was sent stays sent, what is on its way arrives, and nothing goes out afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notes import deletion
from notes.models import Note
from reminders.door import remind
from reminders.models import Reminder
from tasks.clock import database_now
from tasks.door import Schedule, start
from tasks.engine import execute
from tasks.firing import fire_due
from tasks.models import Run, Task
from tests.notes.factories import make_note, schedule_email
from tests.reminders.kinds import fire as ring
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

HOURLY = Schedule("UTC", crontab="0 * * * *")


def due(task: Task) -> Run:
    """The run of a firing that came due and that no worker has begun."""
    Task.objects.filter(pk=task.pk).update(next_run_at=database_now())
    assert fire_due() == 1
    return task.runs.latest("pk")


def carried_out(run: Run) -> Run:
    execute(run.pk)
    run.refresh_from_db()
    return run


def delete(client: Client, note: Note) -> None:
    assert client.post(reverse("notes:delete", args=[note.pk]))["Location"] == reverse("notes:list")
    assert not Note.objects.exists()


def warning(client: Client, note: Note) -> str:
    return " ".join(client.get(reverse("notes:delete", args=[note.pk])).text.split())


def test_what_becomes_of_what_is_to_come_is_said_before(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    assert "scheduled" not in warning(signed_in, note)
    assert "Reminders about it" not in warning(signed_in, note)
    schedule_email(note, HOURLY)
    remind(owner, title="Call", schedule=HOURLY, about=note)
    assert "What is scheduled of it does not go out any more." in warning(signed_in, note)
    assert "Reminders about it stay" in warning(signed_in, note)


def test_a_scheduled_email_that_never_went_out_is_gone_with_it(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    schedule_email(note, HOURLY)
    schedule_email(note, HOURLY).pause()
    other = schedule_email(make_note(owner), HOURLY)
    Note.objects.exclude(pk=note.pk).update(owner=owner)
    signed_in.post(reverse("notes:delete", args=[note.pk]))
    assert list(Task.objects.all()) == [other]


def test_one_that_did_keeps_what_it_sent_and_fires_no_more(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    note = make_note(owner)
    task = schedule_email(note, HOURLY)
    run = carried_out(due(task))
    delete(signed_in, note)
    task.refresh_from_db()
    assert (task.schedule, task.next_run_at, task.runs.get()) == (None, None, run)
    page = signed_in.get(task.get_absolute_url()).text
    assert "1 sent" in page
    assert "Resume" not in page
    assert signed_in.get(reverse("tasks:schedule", args=[task.pk])).status_code == 404
    assert sink.recipients() == ["anna@example.org"]


def test_what_fired_before_still_arrives_as_the_note_was(signed_in: Client, owner: User, sink: Sink) -> None:
    note = make_note(owner, title="Minutes", body="As agreed.")
    run = due(schedule_email(note, HOURLY))
    delete(signed_in, note)
    assert carried_out(run).summary == "1 sent"
    assert sink.messages()[0].subject == "Minutes"
    assert "As agreed." in sink.messages()[0].message.as_string()


@pytest.mark.django_db(transaction=True)
def test_what_fires_at_the_very_moment_goes_out_or_never_was(owner: User, sink: Sink) -> None:
    for _ in range(8):
        note = make_note(owner)
        task = schedule_email(note, HOURLY)
        Task.objects.filter(pk=task.pk).update(next_run_at=database_now())
        at_once = Barrier(2)

        def meanwhile(act: Callable[[], object], at_once: Barrier = at_once) -> None:
            try:
                at_once.wait()
                act()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as processes:
            list(processes.map(meanwhile, [fire_due, partial(deletion.delete, note)]))
    sent = [carried_out(run).summary for run in Run.objects.all()]
    assert set(sent) <= {"1 sent"}
    assert len(sink.recipients()) == len(sent)
    assert not Task.objects.filter(next_run_at__isnull=False).exists()


def test_what_was_asked_for_at_once_still_arrives(signed_in: Client, owner: User, sink: Sink) -> None:
    note = make_note(owner, body="")
    params = {"note": note.pk, "recipients": ["anna@example.org"]}
    run = start("note.email", owner=owner, params=params, about=note)
    delete(signed_in, note)
    assert carried_out(run).summary == "1 sent"


def test_one_whose_note_went_some_other_way_fails_once_and_says_why(owner: User, sink: Sink) -> None:
    """As when an operator deletes it, or when it was scheduled at the very moment of the deletion."""
    note = make_note(owner)
    task = schedule_email(note, HOURLY)
    Note.objects.all().delete()
    run = carried_out(due(task))
    assert (run.state, run.error) == (
        Run.State.FAILED, "The note was deleted, so there is nothing to send any more.",
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.schedule, task.next_run_at) == (None, None)
    assert fire_due() == 0
    assert sink.recipients() == []


def test_reminders_about_it_stay_without_a_link(signed_in: Client, owner: User, sink: Sink) -> None:
    note = make_note(owner, title="Garden party")
    remind(owner, title="Call the band", schedule=HOURLY, about=note)
    reminder = Reminder.objects.get()
    assert "Garden party" in signed_in.get(reminder.get_absolute_url()).text
    delete(signed_in, note)
    assert ring(reminder).state == Run.State.COMPLETED
    pages = [reverse("reminders:list"), reverse("tasks:list"), reverse("tasks:detail", args=[reminder.pk])]
    pages += [reminder.get_absolute_url(), reverse("reminders:edit", args=[reminder.pk]), "/"]
    pages += [f"{reverse('reminders:create')}?copy={reminder.pk}", "/notifications/"]
    for page in pages:
        answer = signed_in.get(page)
        assert answer.status_code == 200, page
        assert "Call the band" in answer.text, page
        assert f"/notes/{note.pk}/" not in answer.text, page
    [letter] = sink.messages()
    assert letter.subject == "Call the band"
    assert "/notes/" not in letter.message.as_string()
