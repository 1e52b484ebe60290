"""Every page of the inbox, in light and dark, on a desk and on a phone: usable by everybody, and whole."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from notifications.door import notify
from notifications.inbox.changing import change
from notifications.models import Notification
from tests.e2e.looks import DESK, PHONES, Look, open_tab, problems_of
from tests.notifications.inboxes import backup_finished, told

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LONG = "https://example.com/" + "x" * 160


def filled(owner: User) -> dict[str, Notification]:
    """One of each sort."""
    for level in Notification.Level.values:
        read, archived, _ = told(owner, f"Read {level}", f"Archived {level}", f"Unread {level}", level=level)
        put_away(read, archived)
    backup_finished(owner, body=LONG)
    return {
        "line": backup_finished(owner, title=LONG),
        "announcement": notify(owner, title=LONG, body=f"{LONG}\n\n<b>text</b>", level="warning"),
    }


def put_away(read: Notification, archived: Notification) -> None:
    change(read.user_id, lambda entries: entries.chosen([read.pk]).mark_read())
    change(read.user_id, lambda entries: entries.chosen([archived.pk]).archive())


def open_what_opens(page: Page) -> None:
    page.get_by_text("Show all 2").click()
    expect(page.locator(".notification--folded")).to_have_count(2)
    page.get_by_label("Choose Unread info").check()
    page.get_by_label("More to do with “Unread info”").click()


def see_toasts(owner: User) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for level in Notification.Level.values:
            notify(owner, title=f"{level} {LONG}", level=level)
        expect(page.locator(".toast")).to_have_count(4)
        for toast in page.locator(".toast").all():
            toast.dispatch_event("mouseenter")  # so that it stays

    return act


def test_pages_of_the_inbox(context: BrowserContext, owner: User) -> None:
    entries = filled(owner)
    line, announcement = (f"/notifications/{entries[name].pk}/" for name in ("line", "announcement"))
    paths = [
        "/notifications/",
        "/notifications/?show=unread",
        "/notifications/?show=archive",
        "/notifications/?q=nothing+is+called+so",
        f"{line}delete/",
        f"{line}together/",
        announcement,
    ]
    tab = open_tab(context)
    assert [problem for path in paths for problem in problems_of(tab, path)] == []


@pytest.mark.parametrize("looks", [DESK, PHONES], ids=["desk", "phones"])
def test_pages_of_the_inbox_in_use(context: BrowserContext, owner: User, looks: list[Look]) -> None:
    filled(owner)
    tab = open_tab(context)
    found = problems_of(tab, "/notifications/", open_what_opens, looks)
    assert found + problems_of(tab, "/about/", see_toasts(owner), looks) == []
