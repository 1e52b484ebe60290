"""A page asks which toasts it missed, as far as they are news, and which of those it shows were read."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.door import notify
from notifications.inbox.changing import change
from notifications.inbox.toasts import MOST, SECONDS_NEW
from notifications.models import Mute, Notification, Preference, Settings
from tasks.clock import in_seconds
from tests.notifications.inboxes import backup_finished, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def ask(client: Client, after: object = 0, shown: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/notifications/toasts/?after={after}&shown={shown}").json()
    return answer


def toasted(client: Client, after: object = 0) -> list[str]:
    return [toast["title"] for toast in ask(client, after)["toasts"]]


def test_what_came_since_is_shown_oldest_first(signed_in: Client, owner: User, stranger: User) -> None:
    told(stranger, "Not mine")
    told(owner, "First", "Second", "Third")
    assert toasted(signed_in, after=1) == ["Second", "Third"]
    assert ask(signed_in, after=3) == {"head": 3, "toasts": [], "unread": []}


def test_it_is_the_toast_that_would_have_been_pushed(
    signed_in: Client, owner: User, pushes: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notify(owner, title="<b>Call</b>", url="/tasks/", panel="/panel/", level="error")
    assert ask(signed_in)["toasts"] == [pushes[0][1]["toast"]]


def test_it_is_no_wall(signed_in: Client, owner: User) -> None:
    told(owner, *[f"Number {number}" for number in range(1, 10)])
    assert toasted(signed_in) == [f"Number {number}" for number in range(10 - MOST, 10)]


def test_what_repeated_is_one(signed_in: Client, owner: User) -> None:
    backup_finished(owner), backup_finished(owner)
    told(owner, "Other")
    assert toasted(signed_in) == ["2 runs of Backup finished", "Other"]


def test_what_is_old_or_read_or_archived_is_no_news(signed_in: Client, owner: User) -> None:
    old, read, archived, _ = told(owner, "Old", "Read", "Archived", "News")
    Notification.objects.filter(pk=old.pk).update(created_at=in_seconds(-SECONDS_NEW - 1))
    change(owner.pk, lambda entries: entries.chosen([read.pk]).mark_read())
    change(owner.pk, lambda entries: entries.chosen([archived.pk]).archive())
    assert toasted(signed_in) == ["News"]


def test_who_wants_none_gets_none_but_the_number(signed_in: Client, owner: User) -> None:
    told(owner, "First")
    Settings.objects.create(user=owner, toasts=False)
    assert ask(signed_in) == {"head": 1, "toasts": [], "unread": []}


def test_what_was_muted_meanwhile_or_is_not_wished_in_the_app_is_not_shown(
    signed_in: Client, owner: User
) -> None:
    backup_finished(owner)
    told(owner, "Other")
    Mute.objects.create(user=owner, thread="task:7", title="Backup")
    assert toasted(signed_in) == ["Other"]
    Preference.objects.create(
        user=owner, event="other", in_app=False, email="off", push=False, in_quiet_hours=False
    )
    assert toasted(signed_in) == []


def test_those_shown_that_are_unread_still_are_told(signed_in: Client, owner: User) -> None:
    first, second, third, _ = told(owner, "First", "Second", "Third", "Fourth")
    change(owner.pk, lambda entries: entries.chosen([first.pk]).mark_read())
    change(owner.pk, lambda entries: entries.chosen([second.pk]).archive())
    change(owner.pk, lambda entries: entries.chosen([third.pk]).remove())
    assert ask(signed_in, after=4, shown="1,2,3,4")["unread"] == [4]


@pytest.mark.parametrize("after", ["", "x", "-1", "²", "9" * 5000])
def test_a_page_that_does_not_know_where_it_is_begins_here(
    signed_in: Client, owner: User, after: str
) -> None:
    told(owner, "First")
    assert ask(signed_in, after=after, shown="x,,²,-1") == {"head": 1, "toasts": [], "unread": []}


def test_somebody_who_was_never_told_anything(signed_in: Client) -> None:
    assert ask(signed_in, after=5) == {"head": 0, "toasts": [], "unread": []}


def test_the_answer_is_kept_nowhere(signed_in: Client) -> None:
    assert "no-store" in signed_in.get("/notifications/toasts/")["Cache-Control"]


def test_it_costs_the_same_however_much_came(
    signed_in: Client, owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    told(owner, *["Something"] * MOST)
    for _ in range(2):
        cache.clear()  # the session is then read from the database, whether Redis is there or not
        # session, user, head, rows, settings, a preference each, and what is unread
        with django_assert_max_num_queries(6 + MOST):
            ask(signed_in, shown="1,2")
        told(owner, *["Something"] * 30)


def test_a_page_knows_the_number_it_was_made_at(signed_in: Client, owner: User) -> None:
    told(owner, "First", "Second")
    assert 'data-head="2"' in signed_in.get("/about/").content.decode()
