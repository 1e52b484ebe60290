"""Whose session ends is thrown out of the pages that are open, and nothing private stays on the screen."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.second_factors import log_out
from tests.e2e.steps import log_in, make_staff, sign_up, write_note
from tests.factories import PASSWORD

pytestmark = pytest.mark.e2e

SECRET = "The key is under the mat"
WORDS = "You were logged out here"
NEW_PASSWORD = "another horse battery staple"
HIDE = "Object.defineProperty(Document.prototype, 'hidden', { get: () => true })"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: Site) -> Iterator[NewContext]:
    contexts: list[BrowserContext] = []

    def make(**options: str) -> BrowserContext:
        contexts.append(browser.new_context(base_url=site.url, **options))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(15_000)
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
    name = sign_up(here, site)
    write_note(here, "Keys", SECRET)
    note = here.url
    on_phone = new_context(user_agent=PHONE)
    log_in(on_phone.new_page(), name)
    return Scene(name, here, opened(on_phone, note), new_context, site)


def opened(context: BrowserContext, address: str, script: str = "") -> Page:
    """A tab on this page, to which pushes come."""
    page = context.new_page()
    if script:
        page.add_init_script(script)
    with page.expect_websocket() as socket:
        page.goto(address)
    socket.value.wait_for_event("framereceived")
    expect(page.get_by_text(SECRET)).to_be_visible()
    return page


def revoke(scene: Scene) -> None:
    scene.here.goto("/accounts/profile/")
    scene.here.get_by_role("link", name="Where you are logged in").click()
    browsers = scene.here.get_by_role("region", name="Browsers").get_by_role("listitem")
    expect(browsers).to_have_count(2)
    expect(browsers.first).to_contain_text("this one")
    browsers.filter(has_text="Safari on iPhone").get_by_role("button").click()
    expect(scene.here.get_by_text("Safari on iPhone is logged out.")).to_be_visible()


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
    page = scene.new_context().new_page()
    log_in(page, make_staff(scene.site))
    page.goto(f"/admin/accounts/user/?q={scene.name}")
    page.get_by_role("link", name=scene.name, exact=True).click()
    page.get_by_label("Active", exact=True).uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def expect_thrown_out(page: Page) -> None:
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()
    assert SECRET not in page.content()


@pytest.mark.parametrize(
    "end", [revoke, revoke_all_others, log_out_in_another_tab, change_password, disable_in_the_admin]
)
def test_the_open_page_gives_way_to_the_log_in_page(scene: Scene, end: Callable[[Scene], None]) -> None:
    note = scene.phone.url
    end(scene)
    began = time.monotonic()
    expect_thrown_out(scene.phone)
    assert time.monotonic() - began < 3
    scene.phone.go_back()
    assert SECRET not in scene.phone.content()
    scene.phone.goto(note)
    expect(scene.phone.get_by_role("heading", name="Log in")).to_be_visible()


def test_so_does_a_page_that_nobody_looks_at_and_logging_in_leads_back(scene: Scene) -> None:
    hidden = opened(scene.phone.context, scene.phone.url, HIDE)
    note = hidden.url
    revoke(scene)
    expect_thrown_out(hidden)
    hidden.get_by_label("Username or e-mail address").fill(scene.name)
    hidden.get_by_label("Password").fill(PASSWORD)
    hidden.get_by_role("button", name="Log in", exact=True).click()
    expect(hidden.get_by_text(SECRET)).to_be_visible()
    assert hidden.url == note


def test_so_does_one_that_was_frozen_as_soon_as_it_goes_on(scene: Scene) -> None:
    devices = scene.phone.context.new_cdp_session(scene.phone)
    devices.send("Page.setWebLifecycleState", {"state": "frozen"})
    revoke(scene)
    devices.send("Page.setWebLifecycleState", {"state": "active"})
    expect_thrown_out(scene.phone)


def test_so_does_one_whose_line_was_cut(scene: Scene) -> None:
    """It hears of nothing, and finds out when it is there again."""
    scene.phone.context.set_offline(True)
    revoke(scene)
    scene.phone.context.set_offline(False)
    expect_thrown_out(scene.phone)


def test_other_tabs_of_who_changes_the_password_stay(scene: Scene) -> None:
    other = opened(scene.here.context, scene.phone.url)
    with other.expect_websocket():  # a new one
        change_password(scene)
    expect_thrown_out(scene.phone)
    expect(other.get_by_text(SECRET)).to_be_visible()
    other.reload()
    expect(other.get_by_text(SECRET)).to_be_visible()
