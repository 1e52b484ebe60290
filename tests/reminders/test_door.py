"""Asking to be reminded: what is kept, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from notes.models import Note
from reminders.door import change, reference, remind, remindable, subject
from reminders.kinds import ReminderParams
from tasks.door import Schedule
from tests.factories import make_user
from tests.reminders.kinds import HOURLY, LATER, reminder_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def notes_are_remindable() -> None:
    remindable(Note)


def test_a_reminder_is_scheduled(owner: User) -> None:
    reminder = remind(owner, title="Water the\nplants", schedule=LATER)
    assert reminder.title == "Water the plants"
    assert reminder.next_run_at == datetime(2050, 1, 1, 9, 0, tzinfo=UTC)
    assert reminder.params == {
        "text": "", "recipients": [], "email": True, "in_app": True,
        "nag_every": None, "nag_limit": 10, "calendar": False,
    }  # fmt: skip


def test_it_is_about_a_row_that_its_owner_sees(owner: User, stranger: User) -> None:
    note = Note.objects.create(owner=owner, title="Bank")
    assert reminder_of(owner, about=note).about == note
    with pytest.raises(ValidationError, match="no such thing"):
        reminder_of(stranger, about=note)


def test_a_row_is_found_by_its_name_and_only_ones_own(owner: User, stranger: User) -> None:
    note = Note.objects.create(owner=owner, title="Bank")
    assert reference(note) == f"notes.note:{note.pk}"
    assert subject(owner, reference(note)) == note
    assert subject(stranger, reference(note)) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "notes.note",
        "notes.note:",
        "notes.note:x",
        "notes.note:²",
        "accounts.user:1",
        f"notes.note:{9**30}",
    ],
)
def test_a_name_that_makes_no_sense_is_nothing(owner: User, name: str) -> None:
    assert subject(owner, name) is None


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"title": " \n "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "\0"}, "text"),
        ({"email": False, "in_app": False}, "email"),
        ({"email": False, "recipients": ["anna@example.org"]}, "email"),
        ({"nag_every": 0}, "nag_every"),
        ({"nag_every": 1441}, "nag_every"),
        ({"nag_every": 5, "nag_limit": 51}, "nag_limit"),
        ({"nag_every": 5, "in_app": False, "recipients": ["anna@example.org"]}, "nag_every"),
        ({"missed": "perhaps"}, "missed"),
        ({"expires_after": 0}, "expires_after"),
        ({"schedule": Schedule("UTC", starts=datetime(2020, 1, 1))}, "starts"),
        ({"schedule": Schedule("Mars/Olympus", crontab="0 9 * * *")}, "time_zone"),
        ({"recipients": ["nobody-here"]}, "recipients"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    owner: User, fields: dict[str, Any], refused: str
) -> None:
    reminder = reminder_of(owner)
    with pytest.raises(ValidationError) as error:
        reminder_of(owner, **fields)
    assert list(error.value.message_dict) == [refused]
    changes = {"title": "New", "schedule": LATER, **fields}
    with pytest.raises(ValidationError) as error:
        change(reminder, **changes)
    assert list(error.value.message_dict) == [refused]
    reminder.refresh_from_db()
    assert reminder.title == "Call the bank"


def test_recipients_are_kept_as_what_they_mean(owner: User, friend: User) -> None:
    typed = ["FRIEND", "a@example.org", "owner", "OWNER@example.com"]
    reminder = reminder_of(owner, recipients=typed)
    assert reminder.params["recipients"] == [friend.pk, "a@example.org", owner.pk]


@pytest.mark.parametrize("typed", ["owner", "owner@example.com", "Owner@Example.com"])
def test_oneself_alone_is_nobody_else(owner: User, typed: str) -> None:
    assert reminder_of(owner, recipients=[typed]).params["recipients"] == []


def test_nobody_is_named_by_key(owner: User, friend: User) -> None:
    """Whoever could do that could go through all people here."""
    with pytest.raises(ValidationError, match="by address"):
        reminder_of(owner, recipients=[friend.pk])


def test_who_has_not_confirmed_their_address_reminds_themselves_alone(friend: User) -> None:
    unconfirmed = make_user("unconfirmed", verified=False)
    reminder_of(unconfirmed)
    reminder_of(unconfirmed, recipients=["unconfirmed"])
    with pytest.raises(ValidationError, match="Confirm your own"):
        reminder_of(unconfirmed, recipients=["friend"])


def test_a_change_is_of_everything_but_what_it_is_about(owner: User, friend: User) -> None:
    note = Note.objects.create(owner=owner, title="Bank")
    reminder = reminder_of(owner, about=note, nag_every=5)
    change(reminder, title="Call", schedule=HOURLY, text="Ask", recipients=["friend"], missed="skip")
    assert (reminder.title, reminder.missed, reminder.about) == ("Call", "skip", note)
    assert reminder.schedule == HOURLY.settled()
    assert reminder.params["recipients"] == [friend.pk]
    assert (reminder.params["text"], reminder.params["nag_every"]) == ("Ask", None)


def test_a_change_of_words_leaves_the_next_time(owner: User) -> None:
    reminder = reminder_of(owner)
    soon = datetime(2049, 1, 1, tzinfo=UTC)
    type(reminder).objects.filter(pk=reminder.pk).update(next_run_at=soon)
    change(reminder, title="Call", schedule=LATER)
    assert (reminder.title, reminder.next_run_at) == ("Call", soon)
    change(reminder, title="Call", schedule=HOURLY)
    assert reminder.next_run_at is not None
    assert reminder.next_run_at < soon


def test_what_is_over_gets_new_words_but_no_other_time_of_the_past(owner: User) -> None:
    reminder = reminder_of(owner)
    over = Schedule("UTC", starts=datetime(2020, 1, 1))
    type(reminder).objects.filter(pk=reminder.pk).update(starts=over.starts, next_run_at=None)
    change(reminder, title="Called", schedule=over)
    assert (reminder.title, reminder.next_run_at) == ("Called", None)
    with pytest.raises(ValidationError):
        change(reminder, title="Again", schedule=Schedule("UTC", starts=datetime(2021, 1, 1)))


def test_what_is_paused_stays_paused_when_changed(owner: User) -> None:
    reminder = reminder_of(owner)
    reminder.pause()
    change(reminder, title="Call", schedule=HOURLY)
    assert (reminder.title, reminder.next_run_at) == ("Call", None)
    assert reminder.paused_at is not None


def test_recipients_can_be_typed_again(owner: User, friend: User) -> None:
    reminder = reminder_of(owner, recipients=["friend", "a@example.org"])
    params = ReminderParams.model_validate(reminder.params)
    assert params.typed_recipients() == ["friend", "a@example.org"]
    friend.delete()
    assert params.typed_recipients() == ["a@example.org"]
