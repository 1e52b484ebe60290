"""Browser push in Chromium: the toggle, the service worker, and what pages do for it.

Chromium's own push service cannot be reached by tests. So the page's `PushManager` hands out a subscription
of the tests' push service, and what that decrypts is delivered to the real service worker.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Worker, expect
from pytest_django import Settings

from accounts.models import User
from notifications.door import notify
from notifications.live.publisher import Publisher
from notifications.models import Notification, PushSubscription
from notifications.web_push.vapid import new_private_key, public_key
from tests.e2e.conftest import CHROMIUM, launched
from tests.e2e.live import pages
from tests.e2e.live.conftest import Visit
from tests.notifications.processes import daphne, publishing_over
from tests.notifications.pushed import is_subscribed, send, signed_in, subscription_of
from tests.push_service import PushService, SubscribedBrowser
from tests.servers import ValkeyServer, wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

KEY = new_private_key()
PAGE = "/notifications/settings/"
ASKED = """Notification.requestPermission = async () => {
  sessionStorage.asked = 1;
  return Notification.permission;
};"""
STUB = """({ endpoint, p256dh, auth }) => {
  const stored = () => JSON.parse(localStorage.getItem("stub"));
  const subscription = (key) => ({
    endpoint,
    options: { applicationServerKey: Uint8Array.from(key).buffer },
    toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
    unsubscribe: async () => localStorage.removeItem("stub"),
  });
  PushManager.prototype.getSubscription = async () => stored() && subscription(stored());
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || localStorage.getItem("broken")) throw new DOMException("no push service");
    localStorage.setItem("stub", JSON.stringify([...applicationServerKey]));
    return subscription(stored());
  };
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await navigator.locks.request("notifications", () => registration.getNotifications());
  return shown.map(({ title, body, tag, data, requireInteraction, silent }) =>
    ({ title, body, tag, data, requireInteraction, silent }));
}"""
KEPT = """() => {
  const { showNotification } = ServiceWorkerRegistration.prototype;
  ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
    await showNotification.call(this, title, options);
    self.kept = title;
  };
}"""
CLICK = """async () => {
  const calls = [];
  self.Clients.prototype.openWindow = async (url) => calls.push(`open ${url}`);
  self.WindowClient.prototype.focus = async function () { calls.push(`focus ${this.url}`); };
  const [notification] = await self.registration.getNotifications();
  const work = [];
  const event = new NotificationEvent("notificationclick", { notification });
  event.waitUntil = (promise) => work.push(promise);
  self.dispatchEvent(event);
  await Promise.all(work);
  return calls;
}"""


@pytest.fixture(scope="module")
def push_service() -> Iterator[PushService]:
    with override_settings(WEB_PUSH_PRIVATE_KEY=KEY):
        key = public_key()
    with PushService(key) as service:
        yield service


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright, CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer,
    push_service: PushService,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Stack]:
    keys = {"WEB_PUSH_PRIVATE_KEY": KEY, "WEB_PUSH_SERVICES": push_service.origin}
    with daphne(tmp_path_factory.mktemp("web"), valkey, with_files=True, **keys) as processes:
        yield processes


@pytest.fixture(autouse=True)
def publisher(
    valkey: ValkeyServer, push_service: PushService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    settings.WEB_PUSH_PRIVATE_KEY, settings.WEB_PUSH_SERVICES = KEY, [push_service.origin]
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": valkey.url}}
    with publishing_over(valkey, settings, monkeypatch) as publisher:
        yield publisher
    assert push_service.complaints == []


@pytest.fixture
def subscribed(push_service: PushService) -> SubscribedBrowser:
    """What Chromium's push service would give it."""
    return push_service.subscribe()


@pytest.fixture
def context(visit: Visit, web: Stack, owner: User, subscribed: SubscribedBrowser) -> BrowserContext:
    """The owner's browser, which allows notifications."""
    context = visit(owner)
    context.grant_permissions(["notifications"], origin=web.url)
    context.add_init_script(f"({STUB})({json.dumps(subscribed.fields)}); {ASKED}")
    return context


def open_page(context: BrowserContext, address: str = PAGE) -> Page:
    """A page that pushes arrive in."""
    return pages.open_page(context, address)


def turned_on(context: BrowserContext, address: str = PAGE) -> Page:
    page = open_page(context)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Turn off")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    if address != PAGE:
        page.close()
        page = open_page(context, address)
    return page


class PushedTo:
    """Delivers to the service worker what the push service got for it."""

    def __init__(self, page: Page, site: str, subscribed: SubscribedBrowser) -> None:
        self.page = page
        self._site = site
        self._subscribed = subscribed
        self._delivered = 0
        self._devtools = page.context.new_cdp_session(page)
        self._registration = ""
        self._devtools.on("ServiceWorker.workerRegistrationUpdated", self._remember)
        self._devtools.send("ServiceWorker.enable")

    def _remember(self, event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if one["scopeURL"] == f"{self._site}/" and not one["isDeleted"]:
                self._registration = one["registrationId"]

    def deliver(self) -> None:
        """Have everything sent, and delivered."""
        send()
        while not self._registration:
            self.page.wait_for_timeout(50)
        for received in self._subscribed.received[self._delivered :]:
            self._devtools.send(
                "ServiceWorker.deliverPushMessage",
                {
                    "origin": self._site,
                    "registrationId": self._registration,
                    "data": json.dumps(received.content),
                },
            )
        self._delivered = len(self._subscribed.received)

    def shown(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.page.evaluate(SHOWN)
        return shown

    def shows(self, *titles: str) -> None:
        wait_until(lambda: sorted(one["title"] for one in self.shown()) == sorted(titles), 30)


def worker_of(context: BrowserContext) -> Worker:
    return context.service_workers[0]


def test_it_is_turned_on_and_off_by_a_click(
    context: BrowserContext, owner: User, subscribed: SubscribedBrowser
) -> None:
    page = open_page(context)
    expect(page.get_by_role("button", name="Turn on")).to_be_visible()
    assert page.evaluate("sessionStorage.asked") is None
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Turn off")).to_be_focused()
    assert subscription_of(subscribed).user == owner
    assert page.evaluate("sessionStorage.asked") == "1"
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Turn on")).to_be_focused()
    wait_until(lambda: not is_subscribed(subscribed), 10)


def test_a_push_is_shown_as_plain_text_and_taken_back(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    pushed = PushedTo(turned_on(context, "/about/"), web.url, subscribed)
    entry = notify(owner, title="<b>Größe</b>", body="<i>x</i>", level="error", url="https://evil.example/")
    pushed.deliver()
    pushed.shows("<b>Größe</b>")
    [shown] = pushed.shown()
    assert shown["body"] == "<i>x</i>"
    assert shown["tag"] == f"notification-{entry.pk}"
    assert shown["requireInteraction"]
    assert shown["silent"]  # as a page of ours is looked at
    assert shown["data"]["url"] == f"{web.url}/notifications/{entry.pk}/"
    assert shown["data"]["about"] == f"{web.url}/notifications/"
    context.set_offline(True)  # the tab hears nothing of it
    signed_in(owner).get(entry.get_absolute_url())
    pushed.shows("<b>Größe</b>")
    pushed.deliver()
    pushed.shows()


def test_what_is_read_in_another_tab_goes_without_a_push(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    pushed = PushedTo(turned_on(context, "/about/"), web.url, subscribed)
    read, unread = notify(owner, title="Read"), notify(owner, title="Unread")
    pushed.deliver()
    pushed.shows("Read", "Unread")
    context.request.get(web.url + read.get_absolute_url())
    pushed.shows("Unread")
    assert not Notification.objects.get(pk=unread.pk).is_read


def test_none_is_lost_that_comes_while_a_page_asks_what_is_shown(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    pushed = PushedTo(turned_on(context, "/about/"), web.url, subscribed)
    titles = [f"Entry {number}" for number in range(10)]
    for title in titles:
        notify(owner, title=title)
    pushed.page.evaluate(f"() => {{ setInterval({SHOWN}, 1); }}")
    pushed.deliver()
    pushed.shows(*titles)


def test_a_page_that_stands_still_while_it_asks_what_is_shown_holds_up_nothing(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    pushed = PushedTo(turned_on(context, "/about/"), web.url, subscribed)
    worker = worker_of(context)
    worker.evaluate(KEPT)
    pushed.page.evaluate("() => { navigator.locks.request('notifications', () => new Promise(() => {})); }")
    notify(owner, title="Nevertheless")
    pushed.deliver()
    wait_until(lambda: worker.evaluate("self.kept") == "Nevertheless", 20)


def test_a_click_leads_to_the_entry(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    pushed = PushedTo(turned_on(context, "/about/"), web.url, subscribed)
    entry = notify(owner, title="Ended", url="/tasks/")
    pushed.deliver()
    pushed.shows("Ended")
    assert worker_of(context).evaluate(CLICK) == [f"open {web.url}/notifications/{entry.pk}/"]
    pushed.shows()


def test_a_click_leads_to_the_page_that_shows_it_already_and_counts_as_reading(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    pushed = PushedTo(turned_on(context, "/about/?half=written"), web.url, subscribed)
    entry = notify(owner, title="Ended", url="/about/")
    pushed.deliver()
    pushed.shows("Ended")
    assert worker_of(context).evaluate(CLICK) == [f"focus {web.url}/about/?half=written"]
    wait_until(lambda: Notification.objects.get(pk=entry.pk).is_read, 10)


def test_after_logging_out_nothing_is_shown_any_more(
    context: BrowserContext, owner: User, web: Stack, subscribed: SubscribedBrowser
) -> None:
    page = turned_on(context)
    pushed = PushedTo(page, web.url, subscribed)
    notify(owner, title="For me alone")
    pushed.deliver()
    pushed.shows("For me alone")
    page.locator("summary", has_text="Account menu").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{web.url}/")
    pushed.shows()
    assert not is_subscribed(subscribed)


def test_one_that_the_server_lost_comes_back_with_the_next_visit(
    context: BrowserContext, subscribed: SubscribedBrowser
) -> None:
    page = turned_on(context, "/about/")
    wait_until(lambda: page.evaluate("sessionStorage['push-subscription']"), 10)
    PushSubscription.objects.all().delete()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not is_subscribed(subscribed)  # once in each session
    open_page(context, "/about/")
    wait_until(lambda: is_subscribed(subscribed), 10)


def test_removed_from_elsewhere_it_is_off_at_once(
    context: BrowserContext, owner: User, subscribed: SubscribedBrowser
) -> None:
    here = turned_on(context)
    there = signed_in(owner)
    pk = subscription_of(subscribed).pk
    assert there.post(f"/notifications/subscriptions/{pk}/delete/").status_code == 302
    expect(here.get_by_role("button", name="Turn on")).to_be_visible()
    here.get_by_role("button", name="Turn on").click()
    expect(here.get_by_role("button", name="Turn off")).to_be_visible()
    assert is_subscribed(subscribed)


def test_another_browser_is_removed_without_leaving_the_page(
    context: BrowserContext, owner: User, push_service: PushService
) -> None:
    other = push_service.subscribe()
    client = signed_in(owner)
    client.post("/notifications/subscriptions/", other.fields)
    page = open_page(context)
    page.get_by_role("button", name="Remove Firefox on Linux").click()
    expect(page.get_by_text("Other browsers")).to_have_count(0)
    assert not is_subscribed(other)


def test_a_failure_is_said_and_nothing_is_turned_on(
    context: BrowserContext, subscribed: SubscribedBrowser
) -> None:
    page = open_page(context)
    page.evaluate("localStorage.setItem('broken', 1)")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work.")
    page.evaluate("localStorage.removeItem('broken')")
    page.route("**/notifications/subscriptions/", lambda route: route.fulfill(status=500))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work.")
    expect(page.get_by_role("button", name="Turn on")).to_be_visible()
    assert not is_subscribed(subscribed)


def test_who_has_forbidden_it_reads_how_to_allow_it_again(context: BrowserContext) -> None:
    context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page = open_page(context)
    expect(page.get_by_text("You have forbidden this site")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on")).to_have_count(0)


def test_a_browser_that_cannot_is_told_so(context: BrowserContext) -> None:
    context.add_init_script("delete window.PushManager")
    page = open_page(context)
    expect(page.get_by_text("This browser cannot")).to_be_visible()


def test_an_address_that_the_browser_gave_up_is_replaced(
    context: BrowserContext, owner: User, push_service: PushService, subscribed: SubscribedBrowser
) -> None:
    turned_on(context, "/about/")
    anew = push_service.subscribe()
    worker_of(context).evaluate(
        """async ({ fields: { endpoint, p256dh, auth }, old }) => {
          self.PushManager.prototype.subscribe = async ({ applicationServerKey }) =>
            applicationServerKey && { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
          const event = new ExtendableEvent("pushsubscriptionchange");
          event.oldSubscription = { endpoint: old };
          let work;
          event.waitUntil = (promise) => (work = promise);
          self.dispatchEvent(event);
          await work;
        }""",
        {"fields": anew.fields, "old": subscribed.endpoint},
    )
    assert subscription_of(anew).user == owner
    assert not is_subscribed(subscribed)
