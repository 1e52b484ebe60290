"""Bell, toasts and live fragments in Chromium, over a real web process and Valkey."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, WebSocket, expect

from accounts.models import User
from notifications.door import notify, push
from reminders.models import Occurrence
from tests.e2e.live.pages import open_page
from tests.reminders.kinds import rang, reminder_of, time_comes, waiting
from tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FRAGMENT = "/fragment/"
Answers = Callable[[], tuple[int, str]]


class Fragment:
    """A live fragment put into a page. The test gives its content, and it counts how often it was asked."""

    def __init__(self, page: Page, answer: Answers, *, first: str = "<p>0</p>", topic: str = "run:7") -> None:
        self.page = page
        self.asked = 0
        self._answer = answer
        page.route("**" + FRAGMENT, self._fulfil)
        page.evaluate(
            "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)",
            f'<live-fragment id="fragment" src="{FRAGMENT}" topic="{topic}">{first}</live-fragment>',
        )
        self.element = page.locator("#fragment")

    def _fulfil(self, route: Route) -> None:
        assert route.request.headers["x-requested-with"] == "live-fragment"
        self.asked += 1
        status, body = self._answer()
        route.fulfill(status=status, body=body, content_type="text/html")

    def stays_quiet(self, milliseconds: int = 800) -> bool:
        before = self.asked
        self.page.wait_for_timeout(milliseconds)
        return self.asked == before


def count(page: Page) -> str:
    return page.locator(".bell .count").inner_text()


def test_a_notification_shows_in_bell_inbox_and_toast_of_every_tab(
    context: BrowserContext, owner: User
) -> None:
    first, second = open_page(context), open_page(context)
    notification = notify(owner, title="<b>25 sent</b>", level="success", url="/about/")
    for page in (first, second):
        expect(page.locator(".bell .count")).to_have_text("1")
        expect(page.locator(".toast--success")).to_contain_text("<b>25 sent</b>")
        expect(page.locator(f"#notification-{notification.pk}")).to_contain_text("<b>25 sent</b>")
    first.locator(".toast a").click()
    first.wait_for_url("**/about/")
    for page in (first, second):
        expect(page.locator(".bell .count")).to_have_text("")
    expect(second.locator(".notification--unread")).to_have_count(0)


def test_reading_by_the_buttons_of_the_inbox(context: BrowserContext, owner: User) -> None:
    for number in range(1, 4):
        notify(owner, title=f"Ended: {number}")
    page = open_page(context)
    page.get_by_role("button", name="Mark “Ended: 2” as read").click()
    expect(page.locator(".bell .count")).to_have_text("2")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".bell .count")).to_have_text("")
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)


def test_without_the_socket_the_page_asks_by_itself(context: BrowserContext, owner: User) -> None:
    context.route_web_socket("**/ws/", lambda socket: socket.close())
    page = context.new_page()
    page.goto("/notifications/")
    notify(owner, title="Ended")
    expect(page.locator(".bell .count")).to_have_text("1")
    expect(page.locator(".notification")).to_contain_text("Ended")


def test_a_frame_of_one_of_its_topics_refreshes_a_fragment(context: BrowserContext, owner: User) -> None:
    page = open_page(context)
    fragment = Fragment(page, lambda: (200, f"<p>{fragment.asked}</p>"), topic="run:7 runs")
    push([owner.pk], {"topic": "run:8"})
    push([owner.pk], {"topic": "run:7"})
    expect(fragment.element).to_have_text("1")
    push([owner.pk], {"topic": "runs"})
    expect(fragment.element).to_have_text("2")
    assert fragment.stays_quiet()


def test_many_frames_at_once_are_few_requests(context: BrowserContext, owner: User) -> None:
    page = open_page(context)
    fragment = Fragment(page, lambda: (200, f"<p>{fragment.asked}</p>"))
    for number in range(50):
        push([owner.pk], {"topic": "run:7", "number": number})
    expect(fragment.element).not_to_have_text("0")
    page.wait_for_timeout(1000)
    assert 1 <= fragment.asked <= 4


@pytest.mark.parametrize(
    ("status", "shown"),
    [(401, "0"), (403, "0"), (404, "This is not there any more."), (410, "This is not there any more.")],
)
def test_a_fragment_that_is_gone_says_so_and_is_left_alone_like_one_that_is_not_ours(
    context: BrowserContext, owner: User, status: int, shown: str
) -> None:
    page = open_page(context)
    fragment = Fragment(page, lambda: (status, "<p>gone</p>"))
    push([owner.pk], {"topic": "run:7"})
    page.wait_for_timeout(500)
    assert fragment.asked == 1
    push([owner.pk], {"topic": "run:7", "again": True})
    assert fragment.stays_quiet()
    expect(fragment.element).to_have_text(shown)


def test_a_fragment_that_leads_to_the_log_in_page_takes_its_page_there(
    context: BrowserContext, owner: User
) -> None:
    page = open_page(context)
    context.clear_cookies()
    push([owner.pk], {"topic": "notifications"})
    expect(page).to_have_url(re.compile("/accounts/login/"), timeout=15_000)


def test_an_error_of_the_server_leaves_what_is_there_and_is_tried_again(
    context: BrowserContext, owner: User
) -> None:
    context.route_web_socket("**/ws/", lambda socket: socket.close())
    page = context.new_page()
    page.goto("/notifications/")
    fragment = Fragment(page, lambda: (500, "<p>error</p>") if fragment.asked == 1 else (200, "<p>fine</p>"))
    expect(fragment.element).to_have_text("fine", timeout=15_000)
    assert fragment.asked == 2


def test_what_is_final_is_not_asked_for_again(context: BrowserContext, owner: User) -> None:
    context.route_web_socket("**/ws/", lambda socket: socket.close())
    page = context.new_page()
    page.goto("/notifications/")
    fragment = Fragment(page, lambda: (200, "<p data-final>done</p>"))
    expect(fragment.element).to_have_text("done")
    assert fragment.stays_quiet(4000)


def test_what_is_final_still_follows_frames(context: BrowserContext, owner: User) -> None:
    """As when a run that failed is tried again in another tab."""
    page = open_page(context)
    fragment = Fragment(page, lambda: (200, "<p>once more</p>"), first="<p data-final>failed</p>")
    push([owner.pk], {"topic": "run:7"})
    expect(fragment.element).to_have_text("once more")


def test_a_removed_fragment_asks_for_nothing(context: BrowserContext, owner: User) -> None:
    page = open_page(context)
    fragment = Fragment(page, lambda: (200, "<p>1</p>"))
    fragment.element.evaluate("element => element.remove()")
    push([owner.pk], {"topic": "run:7"})
    assert fragment.stays_quiet()


def test_a_hidden_page_rests_and_catches_up_when_it_is_seen(context: BrowserContext, owner: User) -> None:
    page = open_page(context)
    fragment = Fragment(page, lambda: (200, f"<p>{fragment.asked}</p>"))
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    push([owner.pk], {"topic": "run:7"})
    assert fragment.stays_quiet()
    page.evaluate(hide, False)
    expect(fragment.element).to_have_text("1")


def test_nobody_connects_who_is_not_signed_in(browser: Browser, web: Stack) -> None:
    page = browser.new_page()
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - a built-in is not taken
    page.goto(web.url + "/accounts/login/")
    page.wait_for_timeout(500)
    assert sockets == []
    page.close()


def half_written_note(context: BrowserContext) -> Page:
    page = open_page(context, "/notes/new/")
    page.get_by_label("Title").fill("Half a no")
    return page


def test_a_toast_with_buttons_acts_without_leaving_the_page(context: BrowserContext, owner: User) -> None:
    page, inbox = half_written_note(context), open_page(context)
    occurrence = rang(reminder_of(owner, email=False))
    toast = page.locator(".toast")
    toast.get_by_role("button", name="Done").click()
    expect(toast.get_by_text("Done", exact=True)).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("Half a no")
    entry = inbox.locator(".notification")
    expect(entry.get_by_text("Done", exact=True)).to_be_visible()
    expect(entry.locator(".notification__panel").get_by_role("button")).to_have_count(0)
    expect(inbox.locator(".bell .count")).to_have_text("")
    occurrence.refresh_from_db()
    assert occurrence.is_done


def test_a_toast_snoozes_until_a_moment_that_is_picked(context: BrowserContext, owner: User) -> None:
    page = half_written_note(context)
    occurrence = rang(reminder_of(owner, email=False))
    toast = page.locator(".toast")
    toast.get_by_text("Snooze").first.click()
    until = toast.get_by_label("Until")
    until.fill("2020-01-02T09:00")
    until.press("Enter")
    expect(toast.get_by_role("alert")).to_have_text("That time has passed.")
    expect(until).to_be_focused()
    until.fill("2030-01-02T09:00")
    toast.get_by_role("button", name="Snooze until then").click()
    expect(toast.locator(".occurrence__outcome")).to_have_text("Snoozed until 2 January 2030 at 09:00")
    expect(page.get_by_label("Title")).to_have_value("Half a no")
    assert occurrence.snoozed_until is not None


def test_what_rings_again_takes_the_place_of_its_toast(context: BrowserContext, owner: User) -> None:
    page = open_page(context, "/about/")
    reminder = reminder_of(owner, email=False, nag_every=5)
    rang(reminder)
    expect(page.locator(".toast")).to_have_count(1)
    time_comes(waiting(reminder)[0])
    expect(page.locator(".bell .count")).to_have_text("1")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast").get_by_role("button", name="Done")).to_be_visible()


def test_the_toast_of_what_is_deleted_says_so_and_goes(context: BrowserContext, owner: User) -> None:
    page, inbox = half_written_note(context), open_page(context)
    reminder = reminder_of(owner, email=False)
    rang(reminder)
    toast, entry = page.locator(".toast"), inbox.locator(".notification")
    expect(toast.get_by_role("button", name="Done")).to_be_visible()
    expect(entry.get_by_role("button", name="Done")).to_be_visible()
    reminder.delete()
    expect(toast).to_contain_text("This is not there any more.")
    expect(toast.get_by_role("button", name="Done")).to_have_count(0)
    expect(entry.locator(".notification__panel").get_by_role("button")).to_have_count(0)
    expect(inbox.locator(".bell .count")).to_have_text("")
    expect(toast).to_have_count(0, timeout=15_000)


def test_buttons_pressed_just_after_it_was_deleted_say_so(context: BrowserContext, owner: User) -> None:
    page = half_written_note(context)
    occurrence = rang(reminder_of(owner, email=False))
    done = page.locator(".toast").get_by_role("button", name="Done")
    expect(done).to_be_visible()
    Occurrence.objects.filter(pk=occurrence.pk).delete()  # of which no page is told
    done.click()
    expect(page.locator(".toast").get_by_text("This is not there any more.")).to_be_focused()


def test_buttons_stay_in_the_inbox_when_something_else_comes(context: BrowserContext, owner: User) -> None:
    rang(reminder_of(owner, email=False))
    page = open_page(context)
    done = page.locator(".notification").get_by_role("button", name="Done with “Call the bank”")
    expect(done).to_be_visible()
    done.evaluate("button => (window.button = button)")
    notify(owner, title="Something else")
    expect(page.locator(".notification")).to_have_count(2)
    expect(done).to_be_visible()
    assert page.evaluate("window.button.isConnected")


def test_buttons_that_cannot_be_sent_say_so_and_stay(context: BrowserContext, owner: User) -> None:
    page = half_written_note(context)
    rang(reminder_of(owner, email=False))
    page.route("**/acknowledgement/*", lambda route: route.abort())
    toast = page.locator(".toast")
    toast.get_by_role("button", name="Done").click()
    expect(toast.get_by_role("alert")).to_have_text("That did not work. Please try again.")
    page.unroute("**/acknowledgement/*")
    toast.get_by_role("button", name="Done").click()
    expect(toast.get_by_text("Done", exact=True)).to_be_visible()
