"""What became of a reminder the last time it came due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Now

from reminders.models import Ring, waiting_rings
from reminders.snoozing import in_words
from tasks.models import Run, RunQuerySet

WORDS = {
    Run.State.PENDING: "About to ring",
    Run.State.RUNNING: "Ringing",
    Run.State.FAILED: "Failed",
    Run.State.EXPIRED: "Came too late",
    Run.State.CANCELLED: "Cancelled",
}


@dataclass(frozen=True)
class Result:
    """`state` is that of a run, and gives its badge the colour."""

    state: str
    words: str
    due_at: datetime
    error: str = ""


def firings(runs: RunQuerySet) -> RunQuerySet:
    """Those of them with which a reminder came due, the last one first; what was snoozed or nags is part of
    the firing it belongs to."""
    later_rings = [Ring.Cause.SNOOZE, Ring.Cause.NAG]
    return runs.filter(due_at__lte=Now()).exclude(ring__cause__in=later_rings).order_by("-due_at")


def last_firing(field: str) -> models.Subquery:
    """This field of a task's last firing, found by the index of its runs."""
    return models.Subquery(firings(Run.objects.filter(task=models.OuterRef("pk"))).values(field)[:1])


def results_of(run_keys: Iterable[int | None], now: datetime, zone: ZoneInfo) -> dict[int, Result]:
    """What became of each of these runs of reminders, by the key of its task; two queries."""
    runs = Run.objects.filter(pk__in=[key for key in run_keys if key]).select_related("ring__occurrence")
    occurrences = [run.ring.occurrence for run in runs if hasattr(run, "ring")]
    models.prefetch_related_objects(occurrences, waiting_rings())
    return {run.task_id: result_of(run, now, zone) for run in runs}


def result_of(run: Run, now: datetime, zone: ZoneInfo) -> Result:
    """Done is done, whatever became of the e-mail."""
    occurrence = run.ring.occurrence if hasattr(run, "ring") else None
    due_at = occurrence.due_at if occurrence else run.due_at
    if occurrence and occurrence.is_done:
        return Result(Run.State.COMPLETED, "Done", due_at)
    if occurrence and (until := occurrence.snoozed_until):
        return Result(Run.State.RUNNING, f"Snoozed until {in_words(until, now, zone)}", due_at)
    is_told_of = run.state == Run.State.COMPLETED or (occurrence and run.state == Run.State.CANCELLED)
    if is_told_of:
        return Result(Run.State.PENDING, "Not done", due_at)
    return Result(run.state, WORDS.get(Run.State(run.state), ""), due_at, run.error)
