"""Toasts in Chromium: none is missed, none is shown twice, and none stays that was read elsewhere."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from notifications.door import notify
from notifications.live.publisher import Publisher
from notifications.models import Settings
from tests.e2e.live.conftest import Visit
from tests.e2e.live.pages import open_page
from tests.notifications.announcements import shown

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_toast_is_polite_and_can_be_closed(context: BrowserContext, owner: User) -> None:
    page = open_page(context)
    page.locator(".brand").focus()
    notify(owner, title="Something failed", level="error")
    toast = page.get_by_role("status").locator(".toast")
    expect(toast).to_have_count(1)
    assert page.evaluate("document.activeElement.className").startswith("brand")
    toast.get_by_role("button", name="Close").press("Enter")
    expect(toast).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "content"


def test_at_most_four_toasts_are_shown(context: BrowserContext, owner: User) -> None:
    page = open_page(context)
    for number in range(1, 7):
        notify(owner, title=f"Ended: {number}")
    expect(page.locator(".toast").last).to_contain_text("Ended: 6")
    expect(page.locator(".toast")).to_have_count(4)


def titles(page: Page) -> list[str]:
    return page.locator(".toast__title").all_inner_texts()


def shows(page: Page, *expected: str) -> None:
    """Exactly these are shown, once all that was said has been heard."""
    expect(page.locator(".toast__title")).to_have_text(list(expected))


def hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def hang_up(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")


def come_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


def test_what_comes_after_the_next_page_was_made_and_before_it_listens_is_shown_there(
    context: BrowserContext, owner: User
) -> None:
    page = open_page(context, "/notes/")

    def answer_late(route: Route) -> None:
        response = route.fetch()
        notify(owner, title="Between two pages")
        route.fulfill(response=response)

    page.route("**/tasks/", answer_late)
    page.get_by_role("link", name="Tasks").click()
    page.wait_for_url("**/tasks/")
    shows(page, "Between two pages")


def test_what_comes_at_the_moment_of_leaving_goes_along_to_the_next_page_and_no_further(
    context: BrowserContext, owner: User
) -> None:
    page = open_page(context, "/notes/")

    def answer_after_news(route: Route) -> None:
        notify(owner, title="On the way")
        route.fallback()

    page.route("**/tasks/", answer_after_news)
    page.get_by_role("link", name="Tasks").click()
    page.wait_for_url("**/tasks/")
    shows(page, "On the way")
    page.locator(".toast").get_by_role("button", name="Close").click()
    with page.expect_websocket() as socket:
        page.get_by_role("link", name="Reminders").click()
    socket.value.wait_for_event("framereceived")
    notify(owner, title="Later")
    shows(page, "Later")


def test_a_new_tab_shows_nothing_of_before(context: BrowserContext, owner: User) -> None:
    notify(owner, title="Before")
    page = open_page(context, "/about/")
    notify(owner, title="After")
    shows(page, "After")


def test_what_came_while_the_line_was_dead_is_shown_but_no_wall(context: BrowserContext, owner: User) -> None:
    page = open_page(context, "/about/")
    hang_up(page)
    for number in range(1, 8):
        notify(owner, title=f"Ended: {number}")
    come_back(page)
    shows(page, *[f"Ended: {number}" for number in range(4, 8)])
    notify(owner, title="Ended: 8")
    shows(page, *[f"Ended: {number}" for number in range(5, 9)])


def test_without_the_socket_toasts_come_by_asking(context: BrowserContext, owner: User) -> None:
    context.route_web_socket("**/ws/", lambda socket: socket.close())
    page = context.new_page()
    page.goto("/about/")
    notify(owner, title="Ended")
    shows(page, "Ended")


def test_an_answer_that_fails_is_asked_for_again(
    context: BrowserContext, owner: User, publisher: Publisher
) -> None:
    page = open_page(context, "/about/")
    asked: list[str] = []

    def fail_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=500)
        else:
            route.fallback()

    page.route("**/notifications/toasts/?*", fail_once)
    hang_up(page)
    notify(owner, title="Ended")
    assert publisher.wait_until_sent(10)
    come_back(page)
    shows(page, "Ended")
    assert len(asked) == 2


def test_a_tab_in_the_background_shows_them_when_it_is_looked_at(
    context: BrowserContext, owner: User
) -> None:
    page = open_page(context, "/about/")
    hide(page, hidden=True)
    notify(owner, title="Ended")
    watching = open_page(context, "/about/")
    notify(owner, title="Ended, too")
    shows(watching, "Ended, too")
    assert titles(page) == []
    hide(page, hidden=False)
    shows(page, "Ended", "Ended, too")


def test_one_that_is_read_on_another_device_goes(visit: Visit, context: BrowserContext, owner: User) -> None:
    page, device = open_page(context, "/about/"), open_page(visit(owner))
    for number in (1, 2):
        notify(owner, title=f"Failed: {number}", level="error")  # which stays until it is closed
    shows(page, "Failed: 1", "Failed: 2")
    device.get_by_role("button", name="Mark “Failed: 1” as read").click()
    shows(page, "Failed: 2")
    device.get_by_role("button", name="Archive “Failed: 2”").click()
    shows(page)


def test_one_that_holds_the_focus_stays_though_it_was_read(
    visit: Visit, context: BrowserContext, owner: User
) -> None:
    page, device = open_page(context, "/about/"), open_page(visit(owner))
    for number in (1, 2):
        notify(owner, title=f"Failed: {number}", level="error")
    page.locator(".toast__title").first.focus()
    device.get_by_role("button", name="Mark all as read").click()
    shows(page, "Failed: 1")
    page.locator(".brand").focus()
    shows(page)


def test_an_announcement_that_was_closed_before_it_had_a_number_is_not_shown_by_the_next_page(
    context: BrowserContext, owner: User
) -> None:
    page = open_page(context, "/about/")
    page.route("**/notifications/badge/", lambda route: route.abort())
    shown("Maintenance", level="error")
    shows(page, "Maintenance")
    page.locator(".toast").get_by_role("button", name="Close").click()
    with page.expect_response("**/notifications/toasts/?*"):
        page.goto("/notes/")
    page.unroute("**/notifications/badge/")
    notify(owner, title="Later")
    shows(page, "Later")


def test_who_wants_no_toasts_sees_none(context: BrowserContext, owner: User) -> None:
    page = open_page(context, "/about/")
    Settings.objects.create(user=owner, toasts=False)
    with page.expect_response("**/notifications/toasts/?*"):
        notify(owner, title="Ended")
    expect(page.locator(".bell .count")).to_have_text("1")
    assert titles(page) == []


def test_titles_are_text(context: BrowserContext, owner: User) -> None:
    page = open_page(context, "/about/")
    nasty = "<img src=x onerror='window.broken = 1'>&amp;\"</div><script>window.broken = 1</script>"
    notify(owner, title=nasty)
    shows(page, nasty)
    assert page.evaluate("window.broken") is None
    assert page.locator("#toasts :is(img, script)").count() == 0
