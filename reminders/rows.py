"""Reminders as lists show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from accounts.models import User
from reminders.results import Result, results_of
from reminders.snoozing import in_words
from reminders.subjects import subjects_of
from tasks.models import Task
from tasks.words import describe


@dataclass(frozen=True)
class Row:
    """`when`, `words` and `zone` are empty where there is nothing to say."""

    task: Task
    when: str
    words: str
    zone: str
    result: Result | None
    about: models.Model | None


def rows_of(tasks: Iterable[Task], reader: User) -> list[Row]:
    """For tasks with their `last_run_key`; as many queries for one as for a page of them."""
    tasks, now, zone = list(tasks), timezone.now(), reader.zone
    results = results_of([task.last_run_key for task in tasks], now, zone)  # type: ignore[attr-defined]
    about = subjects_of(tasks, reader)
    rows = []
    for task in tasks:
        when = next_time(task, now, zone)
        words, elsewhere = words_of(task, reader)
        rows.append(Row(task, when, words, elsewhere, results.get(task.pk), about.get(task.pk)))
    return rows


def next_time(task: Task, now: datetime, zone: ZoneInfo) -> str:
    """Such as "Today at 14:10"; empty when there is none."""
    if task.next_run_at is None:
        return ""
    words = in_words(task.next_run_at, now, zone)
    is_today = task.next_run_at.astimezone(zone).date() == now.astimezone(zone).date()
    return f"Today at {words}" if is_today else words[:1].upper() + words[1:]


def words_of(task: Task, reader: User) -> tuple[str, str]:
    """The schedule in words, and its zone unless that is the reader's."""
    schedule = task.schedule
    if schedule is None:
        return "", ""
    zone = "" if schedule.time_zone == reader.time_zone else schedule.time_zone
    is_said_by_next_time = schedule.is_once and task.next_run_at and not zone
    return "Once" if is_said_by_next_time else describe(schedule), zone
