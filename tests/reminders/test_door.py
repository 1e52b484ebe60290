"""Asking to be reminded: what is kept, and what is refused."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from notes.models import Note
from reminders.door import remind, remindable, subject
from tasks.door import Schedule

pytestmark = pytest.mark.django_db

SCHEDULE = Schedule("UTC", starts=datetime(2050, 1, 1, 9, 0))


def test_a_reminder_is_scheduled(owner: User) -> None:
    reminder = remind(owner, title="Water the\nplants", schedule=SCHEDULE)
    assert reminder.title == "Water the plants"
    assert reminder.next_run_at == datetime(2050, 1, 1, 9, 0, tzinfo=UTC)
    assert reminder.params == {
        "text": "", "recipients": [], "email": True, "in_app": True,
        "nag_every": None, "nag_limit": 10, "calendar": False,
    }  # fmt: skip


def test_recipients_are_kept_as_what_they_mean(owner: User, friend: User) -> None:
    reminder = remind(
        owner, title="Party", schedule=SCHEDULE, recipients=["FRIEND", "a@example.org", "owner"]
    )
    assert reminder.params["recipients"] == [friend.pk, "a@example.org", owner.pk]


def test_oneself_alone_is_nobody_else(owner: User) -> None:
    reminder = remind(owner, title="Party", schedule=SCHEDULE, recipients=["owner"])
    assert reminder.params["recipients"] == []
