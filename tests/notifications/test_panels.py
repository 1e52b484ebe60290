"""A notification may carry a panel, such as buttons, which is shown with it until it is settled."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.door import notify, settle
from notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)

PANEL = "/example/7/?about=shown&of=it"


def test_the_entry_and_the_toast_know_where_it_is(
    owner: User, client: Client, pushes: list[tuple[list[int], Any]]
) -> None:
    notify(owner, title="Call", panel=PANEL)
    client.force_login(owner)
    page = client.get("/notifications/").content.decode()
    assert 'src="/example/7/?about=shown&amp;of=it" topic="/example/7/?about=shown&amp;of=it" lazy' in page
    [(users, frame)] = pushes
    assert (users, frame["toast"]["panel"]) == ([owner.pk], PANEL)


def test_an_entry_without_one_has_none(
    owner: User, client: Client, pushes: list[tuple[list[int], Any]]
) -> None:
    notify(owner, title="Ended")
    client.force_login(owner)
    assert "lazy" not in client.get("/notifications/").content.decode()
    assert pushes[0][1]["toast"]["panel"] == ""


def test_settling_reads_all_entries_with_it_and_ones_own_alone(
    owner: User, stranger: User, pushes: list[tuple[list[int], Any]]
) -> None:
    for user in (owner, owner, stranger):
        notify(user, title="Call", panel=PANEL)
    notify(owner, title="Another", panel="/example/8/")
    notify(owner, title="Ended")
    pushes.clear()
    settle(owner, PANEL)
    unread = Notification.objects.unread().order_by("pk")
    assert list(unread.values_list("user__username", "title")) == [
        ("stranger", "Call"),
        ("owner", "Another"),
        ("owner", "Ended"),
    ]
    assert pushes == [([owner.pk], {"topic": "notifications"}), ([owner.pk], {"topic": PANEL})]


def test_settling_again_has_the_panel_fetched_and_nothing_else(
    owner: User, pushes: list[tuple[list[int], Any]]
) -> None:
    settle(owner, PANEL)
    assert pushes == [([owner.pk], {"topic": PANEL})]
