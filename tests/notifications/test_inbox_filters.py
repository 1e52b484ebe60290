"""The parts of an inbox that are looked at by themselves: unread, archived, of one event, with some words."""

import pytest
from django.test import Client

from accounts.models import User
from notifications.door import notify
from notifications.events import TASK_FAILED
from notifications.inbox.changing import change
from notifications.inbox.pages import SIZE
from notifications.models import Notification
from tests.notifications.inboxes import backup_finished, headings, lines, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def read(notification: Notification) -> None:
    change(notification.user_id, lambda entries: entries.chosen([notification.pk]).mark_read())


def archive(notification: Notification) -> None:
    change(notification.user_id, lambda entries: entries.chosen([notification.pk]).archive())


def test_unread_ones_and_those_in_the_archive(signed_in: Client, owner: User) -> None:
    first, second, _ = told(owner, "First", "Second", "Third")
    read(first)
    archive(second)
    assert headings(signed_in) == ["Third", "First"]
    assert headings(signed_in, "?show=unread") == ["Third"]
    assert headings(signed_in, "?show=archive") == ["Second"]


def test_those_of_one_event(signed_in: Client, owner: User) -> None:
    told(owner, "Other")
    notify(owner, title="Failed", event=TASK_FAILED)
    assert headings(signed_in, f"?event={TASK_FAILED}") == ["Failed"]


def test_those_with_all_of_the_words_in_title_or_text(signed_in: Client, owner: User) -> None:
    notify(owner, title="Export failed", body="The disk of 100 % is full")
    told(owner, "Export finished")
    assert headings(signed_in, "?q=EXPORT+full") == ["Export failed"]
    assert headings(signed_in, "?q=0+%25") == ["Export failed"]
    assert headings(signed_in, "?q=full+finished") == []


def test_words_are_found_in_what_is_folded_and_its_line_is_shown(signed_in: Client, owner: User) -> None:
    backup_finished(owner, body="of the attic")
    backup_finished(owner)
    assert headings(signed_in, "?q=attic") == ["2 runs of Backup finished"]


def test_words_of_other_peoples_entries_find_nothing(signed_in: Client, owner: User, stranger: User) -> None:
    told(stranger, "Attic")
    assert headings(signed_in, "?q=attic") == []


@pytest.mark.parametrize("query", ["?show=x", "?event=x", "?q=%00", "?q=", "?show=&event=&q=+"])
def test_a_filter_that_makes_no_sense_is_left_out(signed_in: Client, owner: User, query: str) -> None:
    told(owner, "First")
    assert headings(signed_in, query) == ["First"]


def test_a_filter_goes_on_to_older_pages_and_to_the_other_tabs(signed_in: Client, owner: User) -> None:
    for number in range(SIZE + 1):
        notify(owner, title=f"Failed {number}", event=TASK_FAILED)
    address = f"/notifications/?show=unread&event={TASK_FAILED}&q=failed"
    page = signed_in.get(address).context["page"]
    older = page.older_url
    assert older == f"{address}&before=2"
    assert [one.title for one in signed_in.get(older).context["page"].notifications] == ["Failed 0"]
    assert [tab.url() for _, tab in page.filter.tabs] == [
        f"/notifications/?event={TASK_FAILED}&q=failed",
        address,
        f"/notifications/?show=archive&event={TASK_FAILED}&q=failed",
    ]


def test_a_filter_survives_marking(signed_in: Client, owner: User) -> None:
    [notification] = told(owner, "a & b")
    address = "/notifications/?show=unread&q=%26&before=7"
    page = signed_in.get(address).content.decode()
    assert (
        f'formaction="/notifications/{notification.pk}/reading/?show=unread&amp;q=%26&amp;before=7"' in page
    )
    answer = signed_in.post(f"/notifications/{notification.pk}/reading/?show=unread&q=%26&before=7")
    assert answer["Location"] == address


def test_all_read_means_what_the_filter_shows(signed_in: Client, owner: User) -> None:
    told(owner, "Other")
    notify(owner, title="Failed", event=TASK_FAILED)
    signed_in.post(f"/notifications/reading/?event={TASK_FAILED}", {"until": "9"})
    assert lines(owner) == [("Failed", False), ("Other", True)]


@pytest.mark.parametrize("query", ["?show=unread", "?show=archive", "?q=nothing", "?before=1"])
def test_nothing_to_show_is_said(signed_in: Client, owner: User, query: str) -> None:
    assert 'class="empty__title"' in signed_in.get(f"/notifications/{query}").content.decode()
