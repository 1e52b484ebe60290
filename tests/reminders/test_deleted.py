"""However a reminder is deleted, none of its notifications leads to it, or has buttons for it, any more."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Notification
from reminders.models import Reminder
from tasks.models import Task
from tests.reminders.kinds import HOURLY, rang, reminder_of
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def entry_of(reminder: Reminder) -> Notification:
    """The notification of its newest occurrence, after it fired."""
    rang(reminder)
    return Notification.objects.latest("pk")


def on_its_page(client: Client, pk: int) -> None:
    client.post(f"/reminders/{pk}/delete/")


def as_a_task(client: Client, pk: int) -> None:
    client.post(f"/tasks/{pk}/delete/")


def in_the_list(client: Client, pk: int) -> None:
    client.post("/reminders/bulk/", {"action": "delete", "reminder": pk, "confirmed": "1"})


def by_a_query(client: Client, pk: int) -> None:
    Task.objects.filter(pk=pk).delete()


@pytest.mark.parametrize("delete", [on_its_page, as_a_task, in_the_list, by_a_query])
def test_its_entries_count_as_read_and_lead_nowhere(
    owner: User, sink: Sink, signed_in: Client, delete: Callable[[Client, int], None]
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    entries = [entry_of(reminder), entry_of(reminder)]
    delete(signed_in, reminder.pk)
    assert not Task.objects.exists()
    for entry in entries:
        entry.refresh_from_db()
        assert (entry.is_read, entry.url, entry.panel) == (True, "", "")
        page = signed_in.get(entry.get_absolute_url())
        assert page.status_code == 200
        assert "/reminders/" + str(reminder.pk) not in page.content.decode()
    assert "Call the bank" in signed_in.get("/notifications/").content.decode()


def test_an_entry_that_was_read_was_read_when_it_was(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    entry = entry_of(reminder)
    Notification.objects.mark_read()
    entry.refresh_from_db()
    read_at = entry.read_at
    reminder.delete()
    entry.refresh_from_db()
    assert entry.read_at == read_at is not None


def test_entries_of_other_reminders_stay(owner: User, stranger: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    rang(reminder)
    others = [entry_of(reminder_of(owner, title="Another")), entry_of(reminder_of(stranger))]
    reminder.delete()
    for entry in others:
        entry.refresh_from_db()
        assert (entry.is_read, bool(entry.url), bool(entry.panel)) == (False, True, True)


def test_an_account_is_deleted_with_its_reminders(owner: User, stranger: User, sink: Sink) -> None:
    for user in (owner, stranger):
        rang(reminder_of(user))
    owner.delete()
    assert Task.objects.get().owner == stranger
    assert Notification.objects.get().user == stranger
