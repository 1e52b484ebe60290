"""Two tabs in Chromium show what the database says, whatever they could not hear."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from notifications.door import notify, push
from notifications.inbox import changing
from notifications.models import Inbox, Notification
from tests.e2e.live.pages import open_page
from tests.e2e.live.test_notifications import Fragment
from tests.notifications.processes import processes_over
from tests.servers import ValkeyServer, valkey_server
from tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

BEAT_SECONDS = 2
SOON = 15_000  # milliseconds; a tab whose socket works asks by itself after 20,000


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    """One that may be killed."""
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("web")
    with processes_over(valkey, folder, PUSH_BEAT_SECONDS=str(BEAT_SECONDS)) as processes:
        processes.collect_static_files()
        processes.start_web()
        yield processes


@pytest.fixture
def tabs(context: BrowserContext) -> list[Page]:
    return [open_page(context), open_page(context, "/about/")]


def show_the_truth(tabs: list[Page], owner: User, timeout: float = SOON) -> None:
    unread = Notification.objects.visible_to(owner).unread().count()
    for tab in tabs:
        expect(tab.locator(".bell .count")).to_have_text(str(unread or ""), timeout=timeout)


def something_happens(owner: User) -> None:
    """What is there is read, and two are new."""
    Notification.objects.visible_to(owner).mark_read()
    for title in ("One", "Two"):
        notify(owner, title=title)


def something_happens_that_nobody_is_told_of(owner: User) -> None:
    with transaction.atomic():
        number = Inbox.objects.lock_or_make(owner.pk).take_number()
        Notification.objects.create(user=owner, number=number, title="Quiet")


def asked_for(page: Page, path: str) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if path in request.url else None)
    return asked


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


@pytest.mark.parametrize("seconds", [10, 600])
def test_after_a_while_offline(context: BrowserContext, owner: User, seconds: int) -> None:
    context.clock.install()
    tabs = [open_page(context), open_page(context, "/about/")]
    context.set_offline(True)
    something_happens(owner)
    context.clock.fast_forward(seconds * 1000)
    something_happens(owner)
    context.set_offline(False)
    show_the_truth(tabs, owner)


def test_after_redis_was_killed(tabs: list[Page], owner: User, valkey: ValkeyServer) -> None:
    valkey.kill()
    something_happens(owner)
    valkey.start()
    show_the_truth(tabs, owner)


def test_after_the_web_process_was_killed(tabs: list[Page], owner: User, web: Stack) -> None:
    web.kill("web")
    something_happens(owner)
    web.start_web()
    show_the_truth(tabs, owner)


def test_a_beat_is_enough_where_no_push_arrived_and_asks_for_nothing_where_none_is_missing(
    tabs: list[Page], owner: User
) -> None:
    something_happens_that_nobody_is_told_of(owner)
    show_the_truth(tabs, owner)
    asked = asked_for(tabs[0], "/badge/")
    tabs[0].wait_for_timeout(2.5 * BEAT_SECONDS * 1000)
    assert asked == []


def test_a_toast_goes_that_was_read_where_no_push_told_of_it(
    tabs: list[Page], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(owner, title="Failed", level="error")  # which stays until it is closed
    for tab in tabs:
        expect(tab.locator(".toast")).to_have_count(1)
    show_the_truth(tabs, owner)
    monkeypatch.setattr(changing, "push", lambda *_: None)
    changing.change(owner.pk, lambda notifications: notifications.mark_read())
    for tab in tabs:
        expect(tab.locator(".toast")).to_have_count(0, timeout=SOON)


def test_in_a_hidden_tab_the_bell_and_the_title_follow_alone_and_the_rest_when_it_is_seen(
    tabs: list[Page], owner: User
) -> None:
    inbox = tabs[0]
    hide(inbox, True)
    asked = asked_for(inbox, "/entries/")
    something_happens_that_nobody_is_told_of(owner)
    show_the_truth(tabs, owner)
    unread = Notification.objects.visible_to(owner).unread().count()
    expect(inbox).to_have_title(re.compile(rf"^\({unread}\) "))
    inbox.wait_for_timeout(BEAT_SECONDS * 1000)
    assert asked == []
    hide(inbox, False)
    expect(inbox.locator(".notification").filter(has_text="Quiet")).to_have_count(1, timeout=2000)


def test_a_page_that_was_put_away_and_is_shown_again(tabs: list[Page], owner: User) -> None:
    """As the browser's Back does with a page it kept; it does not keep any while it is automated."""
    turn = "name => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true }))"
    tabs[0].evaluate(turn, "pagehide")
    something_happens(owner)
    show_the_truth(tabs[1:], owner)
    tabs[0].evaluate(turn, "pageshow")
    show_the_truth(tabs, owner, timeout=2000)


def test_what_very_many_are_told_is_not_asked_for_at_once(
    context: BrowserContext,
    owner: User,
) -> None:
    context.add_init_script("Math.random = () => 0.5")
    page = open_page(context)
    fragment = Fragment(page, lambda: (200, f"<p>{fragment.asked}</p>"))
    push(None, {"topic": "run:7", "within": 4})
    assert fragment.stays_quiet(1500)
    expect(fragment.element).to_have_text("1")
    push([owner.pk], {"topic": "run:7"})
    expect(fragment.element).to_have_text("2")
