"""A thread is muted from one of its entries, and heard of again from there."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Mute, Notification
from tests.notifications.inboxes import backup_finished, lines, told
from tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def page(client: Client) -> str:
    return client.get("/notifications/").content.decode()


def test_what_is_muted_comes_no_more_until_it_is_unmuted(signed_in: Client, owner: User) -> None:
    notification = backup_finished(owner)
    signed_in.post(f"/notifications/{notification.pk}/mute/")
    backup_finished(owner)
    assert lines(owner) == [("Backup finished", True)]
    signed_in.post(f"/notifications/{notification.pk}/mute/delete/")
    backup_finished(owner)
    assert [heading for heading, _ in lines(owner)] == ["Backup finished", "Backup finished"]


def test_it_is_called_by_what_it_is_about(signed_in: Client, owner: User) -> None:
    signed_in.post(f"/notifications/{backup_finished(owner).pk}/mute/")
    signed_in.post(f"/notifications/{told(owner, 'Call the bank', thread='task:8')[0].pk}/mute/")
    titles = list(Mute.objects.visible_to(owner).order_by("pk").values_list("title", flat=True))
    assert titles == ["Runs of Backup finished", "Call the bank"]


def test_the_entry_says_so_and_offers_the_way_back(signed_in: Client, owner: User) -> None:
    notification = backup_finished(owner)
    muting, unmuting = (f"/notifications/{notification.pk}/{noun}/" for noun in ("mute", "mute/delete"))
    assert f'formaction="{muting}"' in page(signed_in)
    answer = signed_in.post(f"{muting}?q=backup")
    assert answer["Location"] == "/notifications/?q=backup"
    assert f'formaction="{unmuting}"' in page(signed_in)
    assert "<span>Muted</span>" in page(signed_in)
    signed_in.post(unmuting)
    assert f'formaction="{muting}"' in page(signed_in)


def test_muting_twice_or_unmuting_what_is_not_muted_changes_nothing(signed_in: Client, owner: User) -> None:
    notification = backup_finished(owner)
    signed_in.post(f"/notifications/{notification.pk}/mute/delete/")
    for _ in range(2):
        signed_in.post(f"/notifications/{notification.pk}/mute/")
    assert Mute.objects.count() == 1


def test_one_of_a_kind_is_not_muted(signed_in: Client, owner: User) -> None:
    [notification] = told(owner, "First")
    assert "Mute" not in page(signed_in)
    answer = signed_in.post(f"/notifications/{notification.pk}/mute/", follow=True)
    assert "there is nothing to mute" in answer.content.decode()
    assert not Mute.objects.exists()


def test_other_people_hear_of_it_as_before(signed_in: Client, owner: User, friend: User) -> None:
    signed_in.post(f"/notifications/{backup_finished(owner).pk}/mute/")
    backup_finished(friend)
    assert lines(friend) == [("Backup finished", True)]


def test_the_other_tabs_hear_of_it(
    signed_in: Client, owner: User, pushes: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    notification = backup_finished(owner)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(f"/notifications/{notification.pk}/mute/")
    assert pushes == [([owner.pk], {"topic": "notifications"})]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_mute_at_the_same_moment(owner: User) -> None:
    notification = backup_finished(owner)

    def mute() -> int:
        client = Client()
        client.force_login(owner)
        return client.post(f"/notifications/{notification.pk}/mute/").status_code

    assert together(mute, mute) == [302, 302]
    assert Mute.objects.count() == 1
    assert Notification.objects.count() == 1
