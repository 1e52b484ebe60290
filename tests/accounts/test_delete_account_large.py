"""An account with very much in it is deleted while its owner waits for the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mail.models import Delivery
from notes.models import Note
from notifications.models import Inbox, Notification
from reminders.models import KIND, Occurrence, Ring
from tasks.models import Attempt, Run, Task

pytestmark = pytest.mark.django_db

NOTES, RUNS = 20_000, 5_000


@pytest.fixture
def busy(owner: User) -> User:
    """Of the runs each has a task, an attempt, two deliveries and a ring, and each was told of."""
    Note.objects.bulk_create(Note(owner=owner, title="Minutes", body="We met. " * 50) for _ in range(NOTES))
    tasks = Task.objects.bulk_create(
        Task(owner=owner, kind_name=KIND, title="Call", params={"text": "now " * 50}) for _ in range(RUNS)
    )
    runs = Run.objects.bulk_create(Run(task=task, tries_left=1, state="completed") for task in tasks)
    Attempt.objects.bulk_create(Attempt(run=run, number=1) for run in runs)
    Delivery.objects.bulk_create(
        Delivery(run=run, address=f"guest{number}@example.org") for run in runs for number in range(2)
    )
    due = [Occurrence(task=task, due_at=timezone.now()) for task in tasks]
    occurrences = Occurrence.objects.bulk_create(due)
    Ring.objects.bulk_create(
        Ring(run=run, occurrence=occurrence) for run, occurrence in zip(runs, occurrences, strict=True)
    )
    Inbox.objects.create(user=owner, head=RUNS)
    Notification.objects.bulk_create(
        Notification(user=owner, number=number, title="Call", url=f"/reminders/{task.pk}/")
        for number, task in enumerate(tasks, start=1)
    )
    return owner


def test_it_takes_few_queries(busy: User, friend: User) -> None:
    kept = Note.objects.create(owner=friend, title="Mine")
    with CaptureQueriesContext(connection) as queries:
        busy.delete()
    assert len(queries) < (NOTES + RUNS) / 50
    assert Note.objects.get() == kept
    assert not Run.objects.exists()
