"""All about one reminder, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from reminders.kinds import ReminderParams
from reminders.models import Occurrence, Reminder, waiting_rings
from reminders.results import Result, firings, result_of
from reminders.rows import next_time, words_of
from reminders.subjects import subject_of
from tasks.models import Run

RINGS_SHOWN = 20
FIRINGS_SHOWN = 5


@dataclass(frozen=True)
class Rang:
    """One time it rang, or should have. `occurrence` is given while it waits to be done."""

    run: Run
    result: Result
    occurrence: Occurrence | None


def history_of(reminder: Reminder) -> dict[str, Any]:
    """The context of `reminders/detail.html`."""
    now, zone = timezone.now(), reminder.owner.zone
    words, elsewhere = words_of(reminder, reminder.owner)
    params = ReminderParams.model_validate(reminder.params)
    return {
        "reminder": reminder,
        "when": next_time(reminder, now, zone),
        "words": words,
        "zone": elsewhere,
        "upcoming": _upcoming(reminder, now),
        "params": params,
        "recipients": params.typed_recipients(),
        "about": subject_of(reminder),
        "rang": rang(reminder),
    }


def _upcoming(reminder: Reminder, now: datetime) -> list[datetime]:
    """What comes after the next time."""
    schedule = reminder.schedule
    if schedule is None or reminder.next_run_at is None:
        return []
    return schedule.upcoming(max(now, reminder.next_run_at), FIRINGS_SHOWN)


def rang(reminder: Reminder) -> list[Rang]:
    """The last firings, the newest first."""
    now, zone = timezone.now(), reminder.owner.zone
    runs = list(firings(reminder.runs.all()).select_related("ring__occurrence")[:RINGS_SHOWN])
    occurrences = [run.ring.occurrence for run in runs if hasattr(run, "ring")]
    for occurrence in occurrences:
        occurrence.task = reminder
    models.prefetch_related_objects(occurrences, waiting_rings())
    return [Rang(run, result_of(run, now, zone), _open(run)) for run in runs]


def _open(run: Run) -> Occurrence | None:
    occurrence = run.ring.occurrence if hasattr(run, "ring") else None
    is_open = (
        occurrence and not occurrence.is_done and (not occurrence.replaced_at or occurrence.snoozed_until)
    )
    return occurrence if is_open else None
