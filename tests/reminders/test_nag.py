"""Nagging: it rings again every n minutes until it is done, and not for ever."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Notification
from reminders.models import Reminder, Ring
from tasks.clock import database_now
from tasks.engine import claim
from tasks.errors import CancellationRequested
from tasks.models import Run
from tests.reminders.kinds import HOURLY, rang, reminder_of, time_comes, time_passes, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def next_nag(reminder: Reminder) -> Run:
    [run] = waiting(reminder)
    assert run.ring.cause == Ring.Cause.NAG
    return run


def test_it_rings_again_after_that_many_minutes(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=15)
    first = rang(reminder).rings.get(cause=Ring.Cause.DUE)
    assert first.rung_at is not None
    ahead = next_nag(reminder).next_attempt_at - first.rung_at
    assert timedelta(minutes=15) - ahead < timedelta(seconds=1)
    assert time_comes(next_nag(reminder)).summary == "1 sent"
    assert next_nag(reminder)


def test_it_stops_after_that_many_times(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=1, nag_limit=2)
    occurrence = rang(reminder)
    for _ in range(2):
        time_comes(next_nag(reminder))
    assert waiting(reminder) == []
    assert (occurrence.rings.count(), sink.recipients()) == (3, [owner.email] * 3)


def test_snoozing_uses_up_none_of_those_times(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=1, nag_limit=1)
    occurrence = rang(reminder)
    for _ in range(2):
        occurrence.snooze(database_now() + timedelta(hours=1))
        time_comes(waiting(reminder)[0])
    time_comes(next_nag(reminder))
    assert waiting(reminder) == []
    occurrence.snooze(database_now() + timedelta(hours=1))
    time_comes(waiting(reminder)[0])
    assert waiting(reminder) == []


def test_it_stops_when_done(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=1)
    occurrence = rang(reminder)
    time_comes(next_nag(reminder))
    occurrence.acknowledge()
    assert waiting(reminder) == []


@pytest.mark.parametrize("page", ["reminders", "tasks"])
def test_it_stops_when_paused_on_whatever_page(owner: User, sink: Sink, client: Client, page: str) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=1)
    rang(reminder)
    client.force_login(owner)
    client.post(f"/{page}/{reminder.pk}/pause/")
    assert waiting(reminder) == []
    client.post(f"/{page}/{reminder.pk}/pause/delete/")
    assert waiting(reminder) == []
    rang(reminder)
    assert next_nag(reminder)


def test_one_that_a_worker_has_in_hands_is_called_off_by_pausing(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=5)
    occurrence = rang(reminder)
    time_passes(next_nag(reminder))
    active = claim(next_nag(reminder).pk)
    assert active is not None
    reminder.pause()
    with pytest.raises(CancellationRequested):
        active.kind.handler(active)
    assert occurrence.rings.rung().count() == 1


def test_what_is_snoozed_rings_while_paused_and_nags_no_more(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=1)
    occurrence = rang(reminder)
    occurrence.snooze(database_now() + timedelta(hours=1))
    reminder.pause()
    [snoozed] = waiting(reminder)
    assert time_comes(snoozed).summary == "1 sent"
    assert (occurrence.rings.rung().count(), waiting(reminder)) == (2, [])


def test_only_one_entry_of_it_is_unread(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=1)
    rang(reminder)
    time_comes(next_nag(reminder))
    entries = Notification.objects.visible_to(owner)
    assert (entries.count(), entries.unread().count()) == (2, 1)


def test_others_are_not_nagged(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=1, recipients=["owner", "anna@example.org"])
    rang(reminder)
    sink.reset()
    assert time_comes(next_nag(reminder)).summary == "1 sent"
    assert sink.recipients() == [owner.email]


def test_it_says_that_it_was_not_done(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=1)
    rang(reminder)
    time_comes(next_nag(reminder))
    first, second = sink.messages()
    assert b"not done yet" not in first.raw
    assert b"not done yet" in second.raw


def test_one_that_waited_too_long_rings_once(owner: User, sink: Sink) -> None:
    """As after a night in which nothing ran."""
    reminder = reminder_of(owner, nag_every=1)
    occurrence = rang(reminder)
    run = next_nag(reminder)
    Run.objects.filter(pk=run.pk).update(due_at=run.due_at - timedelta(hours=8))
    time_comes(run)
    assert occurrence.rings.rung().count() == 2
    assert next_nag(reminder).due_at > run.due_at


def test_one_cancelled_on_its_page_and_tried_again_leaves_one_to_come(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=5)
    occurrence = rang(reminder)
    first = next_nag(reminder)
    first.cancel()
    assert (waiting(reminder), occurrence.waiting_ring) == ([], None)
    first.retry()
    time_comes(first)
    assert next_nag(reminder).pk != first.pk
