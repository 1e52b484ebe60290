"""Whose session ends is thrown out of the pages that are open, and nothing private stays on the screen."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect

from tests.e2e.conftest import PATIENCE, Site, launched
from tests.e2e.second_factors import log_out
from tests.e2e.sessions import PHONE, expect_thrown_out, log_phone_out, opened
from tests.e2e.steps import join, let_in, make_note, make_staff
from tests.factories import PASSWORD

pytestmark = pytest.mark.e2e

SECRET = "The key is under the mat"
NEW_PASSWORD = "another horse battery staple"
HIDE = "Object.defineProperty(Document.prototype, 'hidden', { get: () => true })"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: Site) -> Iterator[NewContext]:
    contexts: list[BrowserContext] = []

    def make(**options: str) -> BrowserContext:
        contexts.append(browser.new_context(base_url=site.url, **options))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@dataclass
class Scene:
    """Somebody's two browsers: here is one, and on their phone a note is open."""

    name: str
    here: Page
    phone: Page
    new_context: NewContext
    site: Site


@pytest.fixture
def scene(new_context: NewContext, site: Site) -> Scene:
    here = new_context().new_page()
    name = join(here, site)
    note = make_note(site, name, "Keys", SECRET)
    on_phone = new_context(user_agent=PHONE)
    let_in(on_phone, site, name)
    on_phone.new_page()
    return Scene(name, here, opened(on_phone, note, SECRET), new_context, site)


def revoke(scene: Scene) -> None:
    log_phone_out(scene.here)


def revoke_all_others(scene: Scene) -> None:
    scene.here.goto("/accounts/sessions/")
    scene.here.get_by_role("button", name="Log out everywhere else").click()
    expect(scene.here.get_by_text("You are logged out everywhere else.")).to_be_visible()


def log_out_in_another_tab(scene: Scene) -> None:
    page = scene.phone.context.pages[0]
    page.goto("/about/")
    log_out(page, scene.name)


def change_password(scene: Scene) -> None:
    page = scene.here
    page.goto("/accounts/password/change/")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password (again)").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("status").first).to_be_visible()


def disable_in_the_admin(scene: Scene) -> None:
    context = scene.new_context()
    let_in(context, scene.site, make_staff(scene.site))
    page = context.new_page()
    page.goto(f"/admin/accounts/user/?q={scene.name}")
    page.get_by_role("link", name=scene.name, exact=True).click()
    page.get_by_label("Active", exact=True).uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


@contextmanager
def stopped(browser: Browser) -> Iterator[None]:
    """All of its pages stand still."""
    devices = browser.new_browser_cdp_session()
    processes = devices.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    for renderer in renderers:
        os.kill(renderer, signal.SIGSTOP)
    try:
        yield
    finally:
        for renderer in renderers:
            os.kill(renderer, signal.SIGCONT)


@pytest.mark.parametrize(
    "end", [revoke, revoke_all_others, log_out_in_another_tab, change_password, disable_in_the_admin]
)
def test_the_open_page_gives_way_to_the_log_in_page(scene: Scene, end: Callable[[Scene], None]) -> None:
    note = scene.phone.url
    end(scene)
    began = time.monotonic()
    expect_thrown_out(scene.phone, SECRET)
    assert time.monotonic() - began < 3
    scene.phone.go_back()
    assert SECRET not in scene.phone.content()
    scene.phone.goto(note)
    expect(scene.phone.get_by_role("heading", name="Log in")).to_be_visible()


def test_so_does_a_page_that_nobody_looks_at_and_logging_in_leads_back(scene: Scene) -> None:
    hidden = opened(scene.phone.context, scene.phone.url, SECRET, HIDE)
    note = hidden.url
    revoke(scene)
    expect_thrown_out(hidden, SECRET)
    hidden.get_by_label("Username or e-mail address").fill(scene.name)
    hidden.get_by_label("Password").fill(PASSWORD)
    hidden.get_by_role("button", name="Log in", exact=True).click()
    expect(hidden.get_by_text(SECRET)).to_be_visible()
    assert hidden.url == note


def test_so_does_one_that_was_frozen_as_soon_as_it_goes_on(scene: Scene, playwright: Playwright) -> None:
    with launched(playwright) as browser:
        context = browser.new_context(base_url=scene.site.url)
        context.set_default_timeout(PATIENCE)
        let_in(context, scene.site, scene.name)
        page = opened(context, scene.phone.url, SECRET)
        note = page.url
        with stopped(browser):
            revoke_all_others(scene)
            expect_thrown_out(scene.phone, SECRET)
            assert page.url == note
        expect_thrown_out(page, SECRET)


def test_so_does_one_whose_line_was_cut(scene: Scene) -> None:
    """It hears of nothing, and finds out when it is there again."""
    scene.phone.context.set_offline(True)
    revoke(scene)
    scene.phone.context.set_offline(False)
    expect_thrown_out(scene.phone, SECRET)


def take_session(context: BrowserContext) -> Callable[[], None]:
    """Gives what puts it back."""
    cookies = context.cookies()
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    return lambda: context.add_cookies(cookies)  # type: ignore[arg-type]


def test_one_that_gave_way_too_soon_comes_back(scene: Scene) -> None:
    """The answer that brings its browser another session may be that late."""
    page = scene.phone

    def serve(route: Route) -> None:
        answer = route.fetch()
        give_back()
        route.fulfill(response=answer)

    page.route("**/accounts/login/?ended=*", serve, times=1)
    with page.expect_navigation(url="**/accounts/login/?ended=*"):
        give_back = take_session(page.context)
        page.evaluate("document.dispatchEvent(new Event('signed-out'))")
    expect(page.get_by_text(SECRET)).to_be_visible()


def test_so_does_one_when_its_owner_logged_in_in_another_window(scene: Scene) -> None:
    page, context = scene.phone, scene.phone.context
    revoke(scene)
    expect_thrown_out(page, SECRET)
    page.wait_for_timeout(3500)  # until it does not ask by itself any more
    let_in(context, scene.site, scene.name)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text(SECRET)).to_be_visible()


def test_the_window_that_waits_for_another_session_does_not_drop_the_answer(scene: Scene) -> None:
    page = scene.here

    def answer_late(route: Route) -> None:
        give_back = take_session(page.context)
        for _ in range(4):
            page.wait_for_event("response", lambda response: response.url.endswith("/accounts/login/"))
        give_back()
        route.continue_()

    page.goto("/accounts/profile/")
    page.evaluate("setInterval(() => document.dispatchEvent(new Event('signed-out')), 100)")
    page.route("**/accounts/profile/", answer_late, times=1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_other_tabs_of_who_changes_the_password_stay(scene: Scene) -> None:
    other = opened(scene.here.context, scene.phone.url, SECRET)
    with other.expect_websocket():  # a new one
        change_password(scene)
    expect_thrown_out(scene.phone, SECRET)
    expect(other.get_by_text(SECRET)).to_be_visible()
    other.reload()
    expect(other.get_by_text(SECRET)).to_be_visible()
