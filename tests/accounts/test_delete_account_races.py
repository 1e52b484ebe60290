"""Deleting an account while others are at work for it: it goes whole, and nobody waits in a circle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import Error, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.test import Client

from accounts import deletion
from accounts.leaving import leave
from accounts.models import User
from mail.models import Delivery
from notes.models import Note
from notifications.door import notify
from notifications.inbox.changing import change
from notifications.models import Inbox
from tasks import engine
from tasks.active import ActiveRun
from tasks.door import start
from tasks.firing import fire_due, publish_waiting
from tasks.models import Run, Task
from tasks.sweep import sweep
from tests.accounts import traces
from tests.factories import make_user
from tests.notes.factories import make_note
from tests.reminders.kinds import reminder_of
from tests.smtp_sink import Sink
from tests.tasks.firings import hourly_missed
from tests.tasks.kinds import NAME, Steps, handled_by
from tests.together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("pushes"),
]
ROUNDS = range(3)


def gone(user: User) -> bool:
    return not traces.in_tables(user.pk, [user.username, user.email])


def is_deadlock(outcome: object) -> bool:
    return isinstance(outcome, OperationalError)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_of_two_tabs_that_delete_at_once_both_find_it_done(owner: User) -> None:
    for _ in ROUNDS:
        user = make_user("leaver")
        assert together(partial(leave, user), partial(leave, user)) == [None, None]
        assert gone(user)


def test_of_two_last_superusers_who_leave_at_once_one_stays() -> None:
    chiefs = [make_user(name, is_superuser=True) for name in ("one", "two")]
    outcomes = together(*[lambda chief=chief: leave(chief) for chief in chiefs])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastSuperuser", "NoneType"]
    assert User.objects.count() == 1


def tell_its_owner(run: ActiveRun[Steps]) -> None:
    notify(run.owner, title="Done")


def work(runs: list[Run]) -> None:
    for run in runs:
        engine.execute(run.pk)


def read(user: User) -> None:
    for _ in range(20):
        change(user.pk, lambda entries: entries.mark_read() + entries.mark_unread())


def schedule() -> None:
    for _ in range(10):
        fire_due()
        publish_waiting()


def look() -> None:
    for _ in range(10):
        sweep()


@pytest.mark.parametrize("round_", range(3))
def test_beside_workers_an_inbox_a_scheduler_and_a_sweep(round_: int) -> None:
    """None of them is refused anything, or chosen as the victim of a circle."""
    user = make_user("leaver")
    with handled_by(tell_its_owner):
        runs = [start(NAME, owner=user, params=Steps()) for _ in range(20)]
        hourly_missed(user, 3)
        for number in range(10):
            notify(user, title=f"Number {number}")
        workers = partial(work, runs[::2]), partial(work, runs[1::2])
        *others, deleted = together(*workers, partial(read, user), schedule, look, user.delete)
    assert others == [None] * 5
    assert not isinstance(deleted, Exception), deleted
    assert gone(user)


@pytest.mark.parametrize("round_", range(3))
def test_beside_others_who_write_to_them(round_: int, owner: User) -> None:
    """They picked the name of somebody who is just leaving: that one is left out, or all is tried again."""
    user = make_user("leaver")
    params = {"note": make_note(owner).pk, "recipients": ["leaver"]}
    run = start("note.email", owner=owner, params=params)
    assert not any(map(is_deadlock, together(partial(engine.execute, run.pk), user.delete)))
    assert not User.objects.filter(username="leaver").exists()
    Run.objects.filter(pk=run.pk, state="pending").update(next_attempt_at=Now())
    engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == ("completed", "")


def test_what_is_in_other_hands_is_waited_for_without_holding_anything(owner: User) -> None:
    """Somebody holds a run and then points at its owner, as each worker does that tells them something."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets in one who writes at a time")
    run = start("note.email", owner=owner, params={"note": make_note(owner).pk, "recipients": [owner.email]})
    held, tried = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=run.pk)
            held.set()
            tried.wait(5)
            Note.objects.create(owner=again(owner), title="By whoever holds the run")

    def leave_soon() -> None:
        held.wait(5)
        threading.Timer(0.3, tried.set).start()
        owner.delete()

    assert together(hold, leave_soon) == [None, None]
    assert not Note.objects.exists()
    assert not User.objects.exists()


def act_while_held(user: User, act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What comes of deleting somebody whose inbox is in other hands for too long."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets in one who writes at a time")
    monkeypatch.setattr(deletion, "MOST_SECONDS", 0.3)
    Inbox.objects.create(user=user)
    held, tried = threading.Event(), threading.Event()
    results: list[Any] = []

    def hold() -> None:
        with transaction.atomic():
            Inbox.objects.lock(user.pk)
            held.set()
            tried.wait(10)

    def act_in_vain() -> None:
        held.wait(5)
        try:
            results.append(act())
        finally:
            tried.set()

    outcomes = together(hold, act_in_vain)
    assert User.objects.filter(pk=user.pk).exists()
    return results[0] if results else outcomes[1]


def test_who_holds_something_for_too_long_is_said(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(act_while_held(owner, owner.delete, monkeypatch), deletion.Busy)


@pytest.mark.parametrize("page", ["", "{}/delete/"])
def test_it_is_said_in_the_admin_too(owner: User, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    client, page = Client(), f"/admin/accounts/user/{page.format(owner.pk)}"
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", "secret"))
    asked = {"post": "yes", "action": "delete_selected", "_selected_action": owner.pk}
    answer = act_while_held(owner, lambda: client.post(page, asked, follow=True), monkeypatch)
    assert "Nobody was deleted." in answer.content.decode()


def test_a_run_that_is_under_way_takes_no_further_step(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    steps, begun = [], threading.Event()

    def count(run: ActiveRun[Steps]) -> None:
        for step in run.track(range(1000)):
            steps.append((step, User.objects.filter(pk=owner.pk).exists()))
            begun.set()
            time.sleep(0.01)

    def leave_then() -> None:
        begun.wait(5)
        owner.delete()

    with handled_by(count):
        run = start(NAME, owner=owner, params=Steps())
        outcomes = together(lambda: engine.execute(run.pk), leave_then)
    assert outcomes[0] is None
    assert 0 < len(steps) < 1000
    assert [is_there for _, is_there in steps].count(False) <= 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_of_mail_goes_out_no_more_than_what_is_being_handed_over(owner: User, sink: Sink) -> None:
    recipients = [f"guest{number}@example.org" for number in range(200)]
    sink.configure(pause=0.005)
    note = make_note(owner)
    run = start("note.email", owner=owner, params={"note": note.pk, "recipients": recipients})
    sent_at_the_end = []

    def leave_then() -> None:
        while sink.count() < 5:
            time.sleep(0.005)
        owner.delete()
        sent_at_the_end.append(sink.count())

    outcomes = together(lambda: engine.execute(run.pk), leave_then)
    assert outcomes == [None, None]
    assert sink.count() - sent_at_the_end[0] <= 1
    assert 5 <= sink.count() < len(recipients)
    assert not Delivery.objects.exists()


def test_a_handler_that_finds_its_owner_gone_is_nobodys_fault(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    def find_nobody(run: ActiveRun[Steps]) -> None:
        again(owner).delete()
        User.objects.get(pk=owner.pk)

    with handled_by(find_nobody):
        engine.execute(start(NAME, owner=owner, params=Steps()).pk)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not Task.objects.exists()


def test_an_error_on_the_way_leaves_all_of_it(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    note, reminder = make_note(owner), reminder_of(owner)

    def fail(user: User, **_: object) -> None:
        raise Error("the database went away")

    from accounts.signals import user_deleting  # noqa: PLC0415

    user_deleting.connect(fail)
    try:
        with pytest.raises(Error):
            owner.delete()
    finally:
        user_deleting.disconnect(fail)
    assert Note.objects.filter(pk=note.pk).exists()
    assert Task.objects.filter(pk=reminder.pk).exists()
    assert User.objects.filter(username="owner").exists()
