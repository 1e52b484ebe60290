"""E-mailing a note at a time, or again and again: what is asked, what is kept, and what goes out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from mail.models import DailyCount
from notes.models import Edition, Note
from tasks.clock import database_now
from tasks.door import Schedule
from tasks.engine import execute
from tasks.firing import fire_due
from tasks.models import Run, Task
from tests.factories import make_user
from tests.notes.factories import make_note, schedule_email
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

HOURLY = Schedule("UTC", crontab="0 * * * *")
TUESDAY = {
    "later-repeat": "once", "later-date": "2030-01-08", "later-time": "08:30", "later-interval": "1",
    "later-ends": "never", "later-time_zone": "Europe/Berlin",
}  # fmt: skip

THRICE = {
    "later-repeat": "crontab", "later-crontab": "0 9 * * *", "later-ends": "after", "later-count": "3",
}  # fmt: skip


def typed(note: Note, **fields: str) -> dict[str, str]:
    return {
        "key": str(uuid4()),
        "recipients": "anna@example.org",
        "subject": note.title,
        "when": "later",
        **TUESDAY,
        **fields,
    }


def send(client: Client, note: Note, fields: dict[str, str]) -> Any:
    return client.post(reverse("notes:email", args=[note.pk]), fields)


def fire(task: Task) -> Run:
    """Its run, after its time came and one worker had it."""
    Task.objects.filter(pk=task.pk).update(next_run_at=database_now())
    assert fire_due() == 1
    return carried_out(task.runs.latest("pk"))


def carried_out(run: Run) -> Run:
    Run.objects.filter(pk=run.pk).update(next_attempt_at=database_now())
    execute(run.pk)
    run.refresh_from_db()
    return run


class TestAsking:
    def test_now_is_what_is_offered(self, signed_in: Client, owner: User) -> None:
        form = signed_in.get(reverse("notes:email", args=[make_note(owner).pk])).context["form"]
        assert form["when"].value() == "now"
        assert form.later.preview is not None

    def test_later_makes_a_task_that_waits_for_its_time(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        answer = send(signed_in, note, typed(note))
        assert answer["Location"] == f"{note.get_absolute_url()}#emails"
        task = Task.objects.about(note).get()
        assert (task.kind_name, task.title, task.runs.count()) == ("note.email", "E-mail “Minutes”", 0)
        assert task.next_run_at == datetime(2030, 1, 8, 7, 30, tzinfo=UTC)

    def test_it_may_be_again_and_again(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        send(signed_in, note, typed(note, **{"later-repeat": "weekly", "later-interval": "2"}))
        assert Task.objects.get().rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"

    def test_people_are_kept_by_key(self, signed_in: Client, owner: User, friend: User) -> None:
        note = make_note(owner)
        send(signed_in, note, typed(note, recipients="friend, anna@Example.org"))
        assert Task.objects.get().params["recipients"] == [friend.pk, "anna@example.org"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"later-date": "2020-01-08"}, "date"),
            ({"later-date": "2030-02-30"}, "date"),
            ({"later-time": ""}, "time"),
            ({"later-time_zone": "Europe/Nowhere"}, "time_zone"),
            ({"later-repeat": "crontab", "later-crontab": "0 9 30 2 *"}, "crontab"),
        ],
    )
    def test_what_is_wrong_with_the_time_is_said_at_its_field(
        self, signed_in: Client, owner: User, wrong: dict[str, str], field: str
    ) -> None:
        note = make_note(owner)
        answer = send(signed_in, note, typed(note, **wrong))
        assert answer.status_code == 422
        assert list(answer.context["form"].later.errors) == [field]
        assert not Task.objects.exists()

    def test_what_is_wrong_with_time_and_recipients_is_said_at_once(
        self, signed_in: Client, owner: User
    ) -> None:
        note = make_note(owner)
        answer = send(signed_in, note, typed(note, recipients="", **{"later-time": ""}))
        form = answer.context["form"]
        assert (list(form.errors), list(form.later.errors)) == (["recipients"], ["time"])

    def test_who_is_not_known_is_named(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        answer = send(signed_in, note, typed(note, recipients="nobody-here"))
        assert "nobody-here" in answer.context["form"].errors["recipients"][0]

    def test_a_time_is_not_looked_at_when_it_goes_out_now(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        answer = send(signed_in, note, typed(note, when="now", **{"later-date": "never", "later-time": ""}))
        assert answer.status_code == 302
        assert Run.objects.get().task.schedule is None

    def test_only_now_and_later_are_times(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        assert "when" in send(signed_in, note, typed(note, when="never")).context["form"].errors

    def test_nothing_is_counted_before_it_goes_out(
        self, signed_in: Client, owner: User, settings: Settings
    ) -> None:
        settings.MAIL_DAILY_LIMIT = 0
        note = make_note(owner)
        assert send(signed_in, note, typed(note)).status_code == 302
        assert not DailyCount.objects.exists()

    def test_who_has_not_confirmed_their_address_writes_to_nobody_else(self, client: Client) -> None:
        newcomer = make_user("newcomer", verified=False)
        client.force_login(newcomer)
        note = make_note(newcomer)
        refused = send(client, note, typed(note))
        assert "Confirm your own" in refused.context["form"].errors["recipients"][0]
        assert send(client, note, typed(note, recipients=newcomer.email)).status_code == 302

    def test_at_the_door_somebody_elses_note_is_refused(self, owner: User, stranger: User) -> None:
        note = make_note(owner)
        note.owner = stranger
        with pytest.raises(ValidationError) as refused:
            schedule_email(note, HOURLY)
        assert set(refused.value.message_dict) == {"note"}

    def test_at_the_door_a_text_of_its_own_is_refused(self, owner: User) -> None:
        with pytest.raises(ValidationError) as refused:
            schedule_email(make_note(owner), HOURLY, body="Frozen")
        assert set(refused.value.message_dict) == {"body"}


class TestTwice:
    def test_a_form_that_arrives_twice_makes_one(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        fields = typed(note, **THRICE)  # which is counted from when it arrives
        for _ in range(2):
            assert send(signed_in, note, fields).status_code == 302
        assert Task.objects.count() == 1

    @pytest.mark.parametrize(
        "change", [{"later-time": "09:00"}, {"recipients": "b@example.org"}, {"when": "now"}]
    )
    def test_a_form_gone_back_to_and_changed_is_another_one(
        self, signed_in: Client, owner: User, change: dict[str, str]
    ) -> None:
        note = make_note(owner)
        fields = typed(note)
        send(signed_in, note, fields)
        send(signed_in, note, {**fields, **change})
        assert Task.objects.count() == 2

    def test_a_refused_form_may_come_again(self, signed_in: Client, owner: User) -> None:
        note = make_note(owner)
        fields = typed(note)
        send(signed_in, note, {**fields, "recipients": "nobody-here"})
        assert send(signed_in, note, fields).status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_forms_that_arrive_at_once_make_one(self, owner: User) -> None:
        note = make_note(owner)
        fields = typed(note)

        def press(_: int) -> int:
            try:
                client = Client()
                client.force_login(owner)
                return int(send(client, note, fields).status_code)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as browsers:
            assert set(browsers.map(press, range(8))) == {302}
        assert Task.objects.count() == 1


class TestFiring:
    def test_it_goes_out_as_the_note_is_then(self, owner: User, sink: Sink) -> None:
        note = make_note(owner, title="Minutes", body="Draft")
        task = schedule_email(note, HOURLY)
        Note.objects.update(title="Final minutes", body="As *agreed*.")
        assert fire(task).summary == "1 sent"
        message = sink.messages()[0].message
        assert message["Subject"] == "Final minutes"
        assert "As *agreed*." in message.as_string()

    def test_each_time_anew(self, owner: User, sink: Sink) -> None:
        task = schedule_email(make_note(owner, title="First"), HOURLY)
        fire(task)
        Note.objects.update(title="Second")
        fire(task)
        assert [message.subject for message in sink.messages()] == ["First", "Second"]

    def test_a_title_offered_as_subject_follows_the_note(
        self, signed_in: Client, owner: User, sink: Sink
    ) -> None:
        note = make_note(owner, title="Minutes")
        send(signed_in, note, typed(note))
        Note.objects.update(title="Final minutes")
        fire(Task.objects.get())
        assert [message.subject for message in sink.messages()] == ["Final minutes"]

    def test_a_subject_of_its_own_stays(self, signed_in: Client, owner: User, sink: Sink) -> None:
        note = make_note(owner, title="Minutes")
        send(signed_in, note, typed(note, subject="Read this"))
        Note.objects.update(title="Final minutes")
        fire(Task.objects.get())
        assert [message.subject for message in sink.messages()] == ["Read this"]

    def test_all_its_recipients_get_the_same_also_when_it_takes_several_tries(
        self, owner: User, sink: Sink, settings: Settings
    ) -> None:
        settings.TASKS_RETRY_SECONDS = 0.02
        task = schedule_email(
            make_note(owner, body="First"), HOURLY, "a@example.org", "rcpt-450-1.b@example.org"
        )
        run = fire(task)
        assert run.state == Run.State.PENDING
        Note.objects.update(title="Changed", body="Changed")
        task.runs.get().deliveries.update(next_attempt_at=database_now())
        assert carried_out(run).summary == "2 sent"
        assert {message.subject for message in sink.messages()} == {"Minutes"}
        assert all("First" in message.message.as_string() for message in sink.messages())

    def test_the_days_limit_is_counted_each_time(self, owner: User, sink: Sink, settings: Settings) -> None:
        settings.MAIL_DAILY_LIMIT = 1
        task = schedule_email(make_note(owner), HOURLY)
        assert fire(task).state == Run.State.COMPLETED
        late = fire(task)
        assert (late.state, len(sink.recipients())) == (Run.State.FAILED, 1)
        assert "today's limit of 1 messages" in late.error
        settings.MAIL_DAILY_LIMIT = 2
        late.retry()
        assert carried_out(late).summary == "1 sent"

    def test_whoever_takes_over_a_name_gets_nothing(self, owner: User, friend: User, sink: Sink) -> None:
        task = schedule_email(make_note(owner), HOURLY, "friend")
        User.objects.filter(pk=friend.pk).update(username="formerly-friend")
        make_user("friend", email="new@example.com")
        fire(task)
        assert sink.recipients() == [friend.email]

    def test_nothing_goes_out_of_a_disabled_account(self, owner: User, sink: Sink) -> None:
        task = schedule_email(make_note(owner), HOURLY)
        User.objects.update(is_active=False)
        assert fire(task).summary == "nothing sent, the account is disabled"
        assert sink.recipients() == []

    def test_its_bar_appears_on_the_page(self, signed_in: Client, owner: User, sink: Sink) -> None:
        note = make_note(owner)
        task = schedule_email(note, HOURLY)
        run = fire(task)
        fragment = signed_in.get(reverse("notes:activity", args=[note.pk])).text
        assert f'id="run-{run.pk}-progress"' in fragment
        assert "To 1 recipient<" in fragment


def test_an_edition_is_of_its_run_alone(owner: User, sink: Sink) -> None:
    run = fire(schedule_email(make_note(owner), HOURLY))
    assert Edition.objects.get().run == run
    run.task.delete()
    assert not Edition.objects.exists()
