"""Ringing: what a run of a reminder does, once, however often it is carried out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from notifications.door import notify, settle
from reminders.events import EVENT
from reminders.models import Occurrence, Reminder, Ring
from tasks.clock import database_now
from tasks.errors import CancellationRequested, LeaseLost
from tasks.models import Run, Task

if TYPE_CHECKING:
    from reminders.kinds import ReminderParams
    from tasks.active import ActiveRun


def ring(run: ActiveRun[ReminderParams]) -> Ring | None:
    """Tell the owner in the app, and plan the next ring; gives the ring that e-mails go out for.

    Gives None when the occurrence was done before this could ring.
    """
    with transaction.atomic():
        _hold(run)
        ring = Ring.objects.select_related("occurrence").filter(run=run.pk).first() or _first_ring(run)
        if ring.rung_at is None:
            if ring.occurrence.is_done:
                return None
            _ring(run, ring)
    return ring


def _hold(run: ActiveRun[ReminderParams]) -> None:
    """Nobody else changes what belongs to the reminder until the transaction ends.

    Raises LeaseLost when the run is another worker's, or deleted, and CancellationRequested when it has been
    put off meanwhile.
    """
    Task.objects.select_for_update(no_key=True).filter(pk=run.task.pk).first()
    mine = Run.objects.select_for_update().filter(pk=run.pk, claim=run.lease.claim).first()
    if mine is None:
        raise LeaseLost
    if mine.cancel_requested_at:
        raise CancellationRequested


def _first_ring(run: ActiveRun[ReminderParams]) -> Ring:
    """The reminder came due: what was not done of it until now is replaced, unless it is snoozed.

    So is this itself from the start, when a later firing was carried out before.
    """
    due_at, occurrences = run.row.due_at, Occurrence.objects.filter(task=run.task)
    for occurrence in occurrences.open().filter(due_at__lt=due_at):
        occurrence.task = run.task
        if occurrence.snoozed_until is None:
            _replace(occurrence)
    replaced_at = database_now() if occurrences.filter(due_at__gt=due_at).exists() else None
    occurrence = Occurrence.objects.create(task=run.task, due_at=due_at, replaced_at=replaced_at)
    return Ring.objects.create(run=run.row, occurrence=occurrence)


def _replace(occurrence: Occurrence) -> None:
    occurrence.cancel_waiting_rings()
    occurrence.replaced_at = database_now()
    occurrence.save(update_fields=["replaced_at"])
    settle(occurrence.task.owner, occurrence.panel)


def _ring(run: ActiveRun[ReminderParams], ring: Ring) -> None:
    occurrence, every = ring.occurrence, run.params.nag_every
    ring.rung_at = database_now()
    ring.save(update_fields=["rung_at"])
    occurrence.cancel_waiting_rings()
    if every and _may_nag(occurrence, run.params.nag_limit):
        occurrence.ring_at(ring.rung_at + timedelta(minutes=every), Ring.Cause.NAG)
    if _tells_in_app(run, ring):
        _tell(run, occurrence)
    occurrence.push()


def _may_nag(occurrence: Occurrence, limit: int) -> bool:
    is_paused = Task.objects.paused().filter(pk=occurrence.task_id).exists()
    if is_paused or occurrence.replaced_at:
        return False
    return occurrence.rings.rung().nags().count() < limit


def _tell(run: ActiveRun[ReminderParams], occurrence: Occurrence) -> None:
    """Put an entry into the owner's inbox. One of an occurrence at a time is unread, and none of one that was
    replaced."""
    settle(run.owner, occurrence.panel)
    page = Reminder(pk=run.task.pk).get_absolute_url()
    notify(
        run.owner,
        event=EVENT,
        title=run.task.title,
        body=run.params.text,
        url=page,
        panel=occurrence.panel,
        thread=f"task:{run.task.pk}:rings",
    )
    if occurrence.replaced_at:
        settle(run.owner, occurrence.panel)


def _tells_in_app(run: ActiveRun[ReminderParams], ring: Ring) -> bool:
    """What was snoozed comes back even if the reminder is for others alone."""
    return run.params.in_app or (ring.cause != Ring.Cause.DUE and not run.params.is_mailed_to(run.owner))
