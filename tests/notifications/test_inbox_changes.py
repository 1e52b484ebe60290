"""Entries are marked unread, archived and deleted, one by one or several at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.live.versions import versions_of
from notifications.models import Notification
from tests.notifications.inboxes import headings, lines, told

pytestmark = pytest.mark.django_db

Post = Callable[..., Any]


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def bulk(signed_in: Client) -> Post:
    def post(action: str, *notifications: Notification, **fields: str) -> Any:
        keys = [notification.pk for notification in notifications]
        return signed_in.post("/notifications/bulk/", {"action": action, "notification": keys, **fields})

    return post


def press(client: Client, notification: Notification, noun: str) -> None:
    answer = client.post(f"/notifications/{notification.pk}/{noun}/")
    assert (answer.status_code, answer["Location"]) == (302, "/notifications/")


def test_what_was_read_becomes_unread_again(signed_in: Client, owner: User) -> None:
    [notification] = told(owner, "First")
    press(signed_in, notification, "reading")
    assert lines(owner) == [("First", False)]
    press(signed_in, notification, "reading/delete")
    assert lines(owner) == [("First", True)]


def test_what_is_archived_counts_as_read_and_comes_back_so(signed_in: Client, owner: User) -> None:
    [notification] = told(owner, "First")
    press(signed_in, notification, "archive")
    assert lines(owner) == []
    assert headings(signed_in, "?show=archive") == ["First"]
    press(signed_in, notification, "archive/delete")
    assert lines(owner) == [("First", False)]


def test_nothing_in_the_archive_is_unread(signed_in: Client, owner: User) -> None:
    [notification] = told(owner, "First")
    press(signed_in, notification, "archive")
    press(signed_in, notification, "reading/delete")
    assert Notification.objects.get().is_read


def test_deleting_asks_first(signed_in: Client, owner: User) -> None:
    first, _ = told(owner, "First <b>", "Second")
    address = f"/notifications/{first.pk}/delete/"
    assert "“First &lt;b&gt;”" in signed_in.get(address).content.decode()
    assert headings(signed_in) == ["Second", "First <b>"]
    answer = signed_in.post(f"{address}?show=unread")
    assert answer["Location"] == "/notifications/?show=unread"
    assert headings(signed_in) == ["Second"]
    assert signed_in.get(first.get_absolute_url()).status_code == 404


def test_several_at_once(bulk: Post, owner: User, signed_in: Client) -> None:
    first, second, third = told(owner, "First", "Second", "Third")
    bulk("read", first, second, third)
    bulk("unread", first, second)
    assert lines(owner) == [("Third", False), ("Second", True), ("First", True)]
    bulk("archive", first, third)
    assert lines(owner) == [("Second", True)]
    bulk("take_out", third)
    assert lines(owner) == [("Third", False), ("Second", True)]


def test_deleting_several_asks_first(bulk: Post, owner: User) -> None:
    first, second, third = told(owner, "First", "Second", "Third")
    page = bulk("delete", first, third).content.decode()
    assert "Delete 2 notifications?" in page
    assert Notification.objects.count() == 3
    bulk("delete", first, third, confirmed="1")
    assert list(Notification.objects.all()) == [second]


def test_of_others_nothing_is_touched(bulk: Post, owner: User, stranger: User) -> None:
    [mine], [other] = told(owner, "Mine"), told(stranger, "Not mine")
    for action in ("read", "archive", "delete"):
        bulk(action, mine, other, confirmed="1")
    other.refresh_from_db()
    assert not other.is_read
    assert not other.is_archived
    assert not Notification.objects.visible_to(owner).exists()


@pytest.mark.parametrize("fields", [{}, {"action": "read"}, {"action": "x", "notification": "1"}])
def test_nothing_chosen_does_nothing(signed_in: Client, owner: User, fields: dict[str, str]) -> None:
    told(owner, "First")
    answer = signed_in.post("/notifications/bulk/?show=unread", fields, follow=True)
    assert "Choose notifications first." in answer.content.decode()
    assert lines(owner) == [("First", True)]


@pytest.mark.parametrize("key", ["", "x", "-1", "²", "9" * 5000, "99999999999999999999"])
def test_keys_that_make_no_sense_are_passed_over(signed_in: Client, owner: User, key: str) -> None:
    [notification] = told(owner, "First")
    signed_in.post("/notifications/bulk/", {"action": "read", "notification": [key, notification.pk]})
    assert lines(owner) == [("First", False)]


def test_a_button_that_acts_in_place_is_answered_with_what_moves(signed_in: Client, owner: User) -> None:
    first, _ = told(owner, "First", "Second")
    answer = signed_in.post(
        f"/notifications/{first.pk}/archive/?show=unread", headers={"X-Requested-With": "live-fragment"}
    )
    page = answer.content.decode()
    assert "<html" not in page
    assert "Second" in page
    assert "First" not in page
    assert f'data-version="{versions_of([owner.pk])[owner.pk]}"' in page


def test_tabs_hear_of_what_changed_and_of_nothing_else(
    signed_in: Client, owner: User, pushes: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    [notification] = told(owner, "First")
    with django_capture_on_commit_callbacks(execute=True):
        press(signed_in, notification, "archive")
    assert pushes == [([owner.pk], {"topic": "notifications"})]
    before = versions_of([owner.pk])
    with django_capture_on_commit_callbacks(execute=True):
        press(signed_in, notification, "archive")
    assert len(pushes) == 1
    assert versions_of([owner.pk]) == before


@pytest.mark.parametrize("noun", ["reading", "reading/delete", "archive", "archive/delete", "mute"])
def test_changes_are_made_by_post_alone(signed_in: Client, owner: User, noun: str) -> None:
    [notification] = told(owner, "First")
    assert signed_in.get(f"/notifications/{notification.pk}/{noun}/").status_code == 405
