"""Bell and list say what they show of the inbox: how much is unread, and which version of it."""

import re
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.inbox.bell import Bell
from notifications.inbox.changing import change
from notifications.live.versions import versions_of
from notifications.models import Announcement, AnnouncementCounter, Broadcast, Notification
from tasks.clock import in_seconds
from tests.notifications.inboxes import backup_finished, told

pytestmark = pytest.mark.django_db

FRAGMENTS = ["badge", "entries"]
VOID = {"input", "br", "path", "hr"}


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


class Outermost(HTMLParser):
    """The attributes of the elements that stand in no other."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth, self.found = 0, list[dict[str, str | None]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.found.append(dict(attributes))
        self.depth += tag not in VOID

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID


def fragment(client: Client, name: str) -> str:
    return client.get(f"/notifications/{name}/").content.decode()


def version_in(page: str) -> str:
    found = re.search(r'data-version="([^"]*)"', page)
    return found[1] if found else ""


@pytest.mark.parametrize("name", FRAGMENTS)
def test_each_is_one_element_that_carries_the_version(signed_in: Client, owner: User, name: str) -> None:
    for _ in range(2):
        [element] = Outermost(fragment(signed_in, name)).found
        assert element["data-version"] == versions_of([owner.pk])[owner.pk]
        backup_finished(owner), backup_finished(owner), told(owner, "Other")
        AnnouncementCounter.objects.take_number()


@pytest.mark.parametrize("name", FRAGMENTS)
def test_the_version_is_read_before_what_is_shown(signed_in: Client, owner: User, name: str) -> None:
    """So it may be too old, when something comes in between, and is then fetched again; but never too new."""
    told(owner, "First")
    with CaptureQueriesContext(connection) as queries:
        fragment(signed_in, name)
    shown = [query["sql"] for query in queries if '"notifications_' in query["sql"]]
    assert '"notifications_inbox"' in shown[0]
    assert not any('"notifications_inbox"' in sql for sql in shown[1:])


def test_what_is_read_folded_or_archived_is_not_counted(owner: User, stranger: User) -> None:
    told(stranger, "Not mine")
    backup_finished(owner), backup_finished(owner)
    read, archived, _ = told(owner, "Read", "Archived", "Unread")
    change(owner.pk, lambda entries: entries.chosen([read.pk]).mark_read())
    change(owner.pk, lambda entries: entries.chosen([archived.pk]).archive())
    assert Bell.of(owner).unread == 2


def broadcast() -> Broadcast:
    return Broadcast.objects.create(title="Something")


def test_announcements_that_were_retracted_or_are_over_are_not_counted(owner: User) -> None:
    entries = told(owner, "Current", "Retracted", "Over")
    times = [{}, {"retracted_at": in_seconds(0)}, {"expires_at": in_seconds(-1)}]
    for number, (entry, fields) in enumerate(zip(entries, times, strict=True), 1):
        announcement = Announcement.objects.create(
            broadcast=broadcast(), title=entry.title, number=number, **fields
        )
        Notification.objects.filter(pk=entry.pk).update(announcement=announcement)
    assert Bell.of(owner).unread == 1


@pytest.mark.parametrize(("address", "count"), [("badge/", 4), ("entries/", 5), ("", 5)])
def test_they_cost_the_same_for_one_and_for_thirty(
    signed_in: Client,
    owner: User,
    address: str,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    told(owner, "First")
    for _ in range(2):
        cache.clear()  # the session is then read from the database, whether Redis is there or not
        with django_assert_num_queries(count):  # session, user, version, unread, and the rows of a list
            signed_in.get(f"/notifications/{address}")
        for number in range(29):
            backup_finished(owner, f"task:{number % 5}")
            told(owner, f"Number {number}", thread=f"task:{number}:rings")
