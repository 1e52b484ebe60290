"""What others have of somebody stays theirs when that account is deleted."""

from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from accounts.models import User
from mail.models import Delivery, Refusal
from mail.refusals import refuse
from mail.suppression import GONE, skip_unwanted
from notifications.models import Broadcast
from tests.notes.exports import exported, stored
from tests.notifications.announcements import carried_out, make_broadcast
from tests.tasks.factories import make_run

pytestmark = pytest.mark.django_db


def test_who_wrote_to_their_address_keeps_that(owner: User, friend: User) -> None:
    run = make_run(owner)
    delivery = Delivery.objects.create(run=run, address=friend.email, state="sent")
    friend.delete()
    delivery.refresh_from_db()
    assert (delivery.address, delivery.label) == ("friend@example.com", "friend@example.com")


def test_who_picked_them_by_name_never_had_the_address_and_we_keep_it_no_longer(
    owner: User, friend: User
) -> None:
    run = make_run(owner)
    delivery = Delivery.objects.create(run=run, user=friend, by_name=True, address=friend.email, state="sent")
    friend.delete()
    delivery.refresh_from_db()
    assert (delivery.address, delivery.label) == (f"left-{delivery.pk}", "somebody who left")
    assert delivery.state == "sent"


def test_what_was_to_go_to_somebody_by_name_goes_nowhere_any_more(owner: User, friend: User) -> None:
    run = make_run(owner)
    Delivery.objects.create(run=run, user=friend, by_name=True, address=friend.email)
    friend.delete()
    skip_unwanted(run)
    assert Delivery.objects.values_list("state", "error").get() == ("skipped", GONE)


def test_who_asked_not_to_be_written_to_is_not_written_to_after_they_left_either(
    owner: User, friend: User
) -> None:
    refuse(friend.email, owner)
    refuse(friend.email, None)
    refuse("guest@example.org", friend)
    friend.delete()
    assert set(Refusal.objects.values_list("address", "sender")) == {
        ("friend@example.com", owner.pk),
        ("friend@example.com", None),
    }


def test_a_broadcast_that_was_shown_stays_without_its_author(owner: User) -> None:
    broadcast = make_broadcast(schedule=None)
    announcement = carried_out(broadcast)
    User.objects.get(username="herald").delete()
    announcement.refresh_from_db()
    broadcast = Broadcast.objects.get()
    assert (broadcast.author, broadcast.task) == (None, None)
    assert (announcement.run, announcement.title) == (None, "Maintenance at noon")
    client = Client()
    client.force_login(owner)
    assert "Maintenance at noon" in client.get("/notifications/").content.decode()


def test_what_administrators_did_stays_written_down_but_not_to_whom(owner: User, friend: User) -> None:
    LogEntry.objects.log_actions(owner.pk, User.objects.filter(pk=friend.pk), CHANGE, single_object=True)
    friend.delete()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.object_repr) == (owner, None, "an account that is gone")


def test_an_account_goes_with_its_files_and_no_others(owner: User, friend: User, private_files: Path) -> None:
    exported(owner)
    kept = exported(friend)
    owner.delete()
    assert kept.file_name in stored()
