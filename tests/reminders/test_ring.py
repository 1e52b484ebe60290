"""When a reminder comes due, its owner is told once, however often a worker has the run."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from mail.models import DailyCount, Delivery
from notes.models import Note
from notifications.models import Notification
from reminders.door import change, remindable
from reminders.models import Occurrence, Ring
from tasks import engine
from tasks.clock import database_now
from tasks.errors import LeaseLost
from tasks.models import Run
from tests.reminders.kinds import (
    HOURLY,
    LATER,
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


def told(user: User) -> list[str]:
    return list(Notification.objects.visible_to(user).order_by("pk").values_list("title", flat=True))


def test_it_tells_in_the_app_and_by_email(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, text="Ask for\nthe <b>form</b>")
    run = fire(reminder)
    assert (run.state, run.summary) == ("completed", "1 sent")
    notification = Notification.objects.get()
    assert (notification.user, notification.title) == (owner, "Call the bank")
    assert notification.url == reminder.get_absolute_url()
    assert notification.panel == newest(reminder).panel
    assert sink.recipients() == [owner.email]
    assert newest(reminder).due_at == run.due_at


def test_only_as_asked(owner: User, sink: Sink) -> None:
    assert fire(reminder_of(owner, email=False)).summary == "shown here"
    assert (told(owner), sink.recipients()) == (["Call the bank"], [])
    fire(reminder_of(owner, in_app=False))
    assert (told(owner), sink.recipients()) == (["Call the bank"], [owner.email])


def test_run_now_is_a_time_like_others(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    run = carried_out(reminder.run_now())
    assert (run.state, told(owner)) == ("completed", ["Call the bank"])
    assert newest(reminder).due_at == run.due_at


def test_success_tells_nobody_and_failure_does(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    fire(reminder)
    sink.configure(data=550)
    fire(reminder)
    assert told(owner) == ["Call the bank", "Call the bank", "Call the bank failed"]


def test_one_that_is_too_late_says_so_and_does_not_ring(owner: User, sink: Sink) -> None:
    now = database_now()
    run = fire(reminder_of(owner), now - timedelta(hours=2), expires_at=now - timedelta(hours=1))
    assert (run.state, told(owner)) == ("expired", ["Call the bank came too late"])
    assert Occurrence.objects.count() == 0
    run.retry()
    assert carried_out(run).state == "completed"
    assert Occurrence.objects.get().due_at == run.due_at


@pytest.mark.parametrize("step", ["reminders.kinds.admit", "reminders.kinds.deliver", "tasks.engine._finish"])
def test_killed_between_two_steps_it_rings_once(
    owner: User, sink: Sink, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    reminder = reminder_of(owner, nag_every=5)
    with monkeypatch.context() as patch:
        patch.setattr(step, kill)
        with pytest.raises(Killed):
            fire(reminder)
    run = Run.objects.get(state=Run.State.RUNNING)
    Run.objects.filter(pk=run.pk).update(claimed_until=database_now() - timedelta(seconds=1))
    assert carried_out(run).summary == "1 sent"
    assert (told(owner), sink.recipients()) == (["Call the bank"], [owner.email])
    assert (Occurrence.objects.count(), Ring.objects.count(), len(waiting(reminder))) == (1, 2, 1)


def test_killed_while_telling_nothing_is_told_by_half(
    owner: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    reminder = reminder_of(owner, nag_every=5)
    with monkeypatch.context() as patch:
        patch.setattr("reminders.ringing.notify", fail)
        run = fire(reminder)
    assert (run.state, told(owner), sink.recipients()) == ("failed", ["Call the bank failed"], [])
    assert (Occurrence.objects.count(), waiting(reminder)) == (0, [])


def test_who_lost_the_run_rings_no_more(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    run = reminder.run_now()
    slow = engine.claim(run.pk)
    assert slow is not None
    Run.objects.filter(pk=run.pk).update(claimed_until=database_now() - timedelta(seconds=1))
    carried_out(run)
    with pytest.raises(LeaseLost):
        slow.kind.handler(slow)
    assert (told(owner), sink.recipients()) == (["Call the bank"], [owner.email])


def test_a_disabled_account_reminds_nobody(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, recipients=["owner", "anna@example.org"], nag_every=5)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    run = fire(reminder)
    assert (run.state, run.summary) == ("completed", "nobody reminded, the account is disabled")
    assert (told(owner), sink.recipients(), waiting(reminder)) == ([], [], [])


def test_what_was_not_done_is_replaced_when_it_comes_due_anew(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=5)
    first, second = rang(reminder), rang(reminder)
    assert list(Occurrence.objects.open()) == [second]
    assert [run.ring.occurrence for run in waiting(reminder)] == [second]
    assert Notification.objects.visible_to(owner).unread().get().panel == second.panel
    assert first.acknowledge()


def test_what_was_missed_leaves_the_last_of_it_open_whatever_order_it_is_carried_out_in(
    owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, missed="all", nag_every=5)
    now = database_now()
    for hours in (1, 0, 2):
        assert fire(reminder, now - timedelta(hours=hours)).summary == "1 sent"
    assert Occurrence.objects.open().get().due_at == now
    assert [run.ring.occurrence.due_at for run in waiting(reminder)] == [now]
    entries = Notification.objects.visible_to(owner)
    assert (entries.count(), len(sink.recipients())) == (3, 3)
    assert entries.unread().get().panel == Occurrence.objects.open().get().panel


def test_what_came_late_beside_a_newer_one_can_be_snoozed_and_then_nags(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=5)
    rang(reminder).acknowledge()
    fire(reminder, database_now() - timedelta(hours=1))
    assert waiting(reminder) == []
    newest(reminder).snooze(database_now() + timedelta(hours=1))
    time_comes(waiting(reminder)[0])
    assert [run.ring.occurrence for run in waiting(reminder)] == [newest(reminder)]


def test_what_is_snoozed_still_rings_when_it_comes_due_anew(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    first = rang(reminder)
    first.snooze(database_now() + timedelta(days=1))
    second = rang(reminder)
    assert list(Occurrence.objects.open()) == [second, first]
    assert [run.ring.occurrence for run in waiting(reminder)] == [first]


def test_hostile_words_are_words(owner: User, sink: Sink, signed_in: object) -> None:
    title = "<script>alert(1)</script>\r\nBcc: eve@example.org"
    fire(reminder_of(owner, title=title, text="<img src=x onerror=alert(2)>"))
    [message] = sink.messages()
    assert message.to == [owner.email]
    assert message.message["Bcc"] is None
    text, html = (part.get_content() for part in message.message.iter_parts())
    assert "<script>alert(1)</script> Bcc: eve@example.org" in text
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_title_of_several_lines_stored_by_hand_does_no_harm(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    type(reminder).objects.filter(pk=reminder.pk).update(title="Call\r\nBcc: eve@example.org")
    assert fire(reminder).summary == "1 sent"
    assert sink.messages()[0].message["Subject"] == "Call Bcc: eve@example.org"


def test_the_email_leads_to_what_it_is_about_while_that_is_there(owner: User, sink: Sink) -> None:
    remindable(Note)
    note = Note.objects.create(owner=owner, title="Numbers")
    reminder = reminder_of(owner, about=note)
    fire(reminder)
    link = f"https://clock.example{note.get_absolute_url()}"
    assert all(link in part.get_content() for part in sink.messages()[0].message.iter_parts())
    note.delete()
    assert fire(reminder).summary == "1 sent"
    assert all("/notes/" not in part.get_content() for part in sink.messages()[1].message.iter_parts())


def test_it_says_when_it_was_due_by_its_owners_clock(owner: User, sink: Sink) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Kolkata")
    owner.refresh_from_db()
    fire(reminder_of(owner), database_now().replace(year=2026, month=1, day=2, hour=3, minute=30, second=0))
    due = "Due: Friday, 2 January 2026, 09:00 (Asia/Kolkata)"
    assert all(due in part.get_content() for part in sink.messages()[0].message.iter_parts())


def test_mail_beyond_the_days_limit_fails_in_words_and_rings_here(
    owner: User, sink: Sink, settings: Settings
) -> None:
    settings.MAIL_DAILY_LIMIT = 1
    reminder = reminder_of(owner, recipients=["owner", "anna@example.org"])
    run = fire(reminder)
    assert (run.state, sink.recipients()) == ("failed", [])
    assert "today's limit" in run.error
    assert told(owner)[0] == "Call the bank"
    settings.MAIL_DAILY_LIMIT = 2
    run.retry()
    assert carried_out(run).summary == "2 sent"
    assert told(owner).count("Call the bank") == 1
    assert DailyCount.objects.get(owner=owner).count == 2


def test_mail_that_takes_several_tries_goes_out_once(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, recipients=["owner", "data-450-1.anna@example.org"])
    run = fire(reminder)
    assert run.state == "pending"
    assert time_comes(run).state in {"completed", "pending"}
    Delivery.objects.filter(run=run).update(next_attempt_at=database_now())
    if run.state == "pending":
        assert time_comes(run).summary == "2 sent"
    assert sorted(sink.recipients()) == ["data-450-1.anna@example.org", owner.email]
    assert (told(owner), DailyCount.objects.get(owner=owner).count) == (["Call the bank"], 2)


def test_a_change_between_two_tries_adds_nobody_to_the_first(
    owner: User, sink: Sink, settings: Settings
) -> None:
    reminder = reminder_of(owner)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    run = fire(reminder)
    change(reminder, title="Call", schedule=LATER, recipients=["owner", "anna@example.org"])
    settings.EMAIL_PORT = port
    assert time_comes(run).summary == "1 sent"
    assert (sink.recipients(), DailyCount.objects.get(owner=owner).count) == ([owner.email], 1)
