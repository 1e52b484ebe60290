"""Staff broadcast: who is there sees it at its time, who comes back finds it, who is new does not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import PATIENCE, Site
from tests.e2e.steps import join, let_in, make_staff
from tests.servers import wait_until

pytestmark = pytest.mark.e2e
Open = Callable[[], Page]
COUNT_FRAMES = """
    window.framesReceived = 0;
    window.WebSocket = class extends WebSocket {
        constructor(...all) {
            super(...all);
            this.addEventListener("message", () => (window.framesReceived += 1));
        }
    };
"""


@pytest.fixture
def someone(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens browsers of new people."""
    contexts: list[BrowserContext] = []

    def open_browser() -> Page:
        context = browser.new_context(base_url=site.url, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        join(page, site)
        go(page, "/about/")
        return page

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture
def staff(page: Page, site: Site) -> Page:
    let_in(page.context, site, make_staff(site))
    return page


def go(page: Page, address: str) -> None:
    """There, and until frames arrive."""
    page.add_init_script(COUNT_FRAMES)
    page.goto(address)
    wait_until(lambda: page.evaluate("window.framesReceived > 0"), 10)


def schedule_in_admin(staff: Page, title: str, moment: datetime) -> None:
    staff.goto("/admin/notifications/broadcast/add/")
    staff.get_by_label("Title").fill(title)
    staff.get_by_label("Text").fill("<b>Save</b> your work.")
    staff.get_by_label("Level").select_option("error")
    staff.get_by_role("combobox", name="When").select_option("At a time")
    staff.locator("[name=at_0]").fill(f"{moment:%Y-%m-%d}")
    staff.locator("[name=at_1]").fill(f"{moment:%H:%M:%S}")
    staff.get_by_role("button", name="Save", exact=True).click()
    expect(staff.get_by_text("was added successfully")).to_be_visible()


def broadcast_now(staff: Page, title: str) -> None:
    staff.goto("/notifications/broadcasts/")
    staff.get_by_role("link", name="New broadcast").click()
    staff.get_by_label("Title").fill(title)
    staff.get_by_label("Level").select_option("error")
    staff.get_by_role("button", name="Broadcast now").click()
    expect(staff.get_by_role("heading", name=title)).to_be_visible()


def toast(page: Page, title: str) -> Locator:
    return page.locator(".toast").filter(has_text=title)


def entry(page: Page, title: str) -> Locator:
    return page.locator(".notification").filter(has_text=title)


def test_scheduled_in_the_admin_it_shows_up_everywhere_at_its_time(staff: Page, someone: Open) -> None:
    title = "Maintenance <i>at noon</i>"
    here, away = someone(), someone()
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=12)
    schedule_in_admin(staff, title, moment)
    away.context.set_offline(True)
    expect(toast(here, title)).to_be_visible(timeout=30_000)
    late = (datetime.now(UTC) - moment).total_seconds()
    assert 0 <= late < 5
    expect(here.locator(".bell .count")).to_have_text("1")
    expect(away.locator(".bell .count")).to_have_text("")

    away.context.set_offline(False)
    expect(away.locator(".bell .count")).to_have_text("1")
    away.goto("/notifications/")
    expect(entry(away, title)).to_contain_text("<b>Save</b> your work.")

    newcomer = someone()
    newcomer.goto("/notifications/")
    expect(newcomer.get_by_text("Nothing here")).to_be_visible()
    expect(newcomer.locator(".bell .count")).to_have_text("")

    toast(here, title).get_by_role("link").click()
    expect(here.get_by_role("heading", name=title)).to_be_visible()
    expect(here.locator(".bell .count")).to_have_text("")
    staff.goto("/notifications/broadcasts/")
    expect(staff.get_by_role("listitem").filter(has_text=title)).to_contain_text("read by 1")


def test_what_is_retracted_goes_from_every_open_page(staff: Page, someone: Open) -> None:
    page = someone()
    inbox = page.context.new_page()
    go(inbox, "/notifications/")
    broadcast_now(staff, "Said too early")
    expect(toast(page, "Said too early")).to_be_visible()
    expect(entry(inbox, "Said too early")).to_be_visible()
    expect(inbox.locator(".bell .count")).to_have_text("1")
    staff.get_by_role("link", name="Retract…").click()
    staff.get_by_role("button", name="Retract").click()
    expect(toast(page, "Said too early")).to_have_count(0)
    expect(entry(inbox, "Said too early")).to_have_count(0)
    expect(inbox.locator(".bell .count")).to_have_text("")
    expect(staff.locator(".badge").first).to_have_text("Retracted")


def test_the_form_asks_only_for_what_matters_and_shows_how_it_looks(staff: Page) -> None:
    staff.goto("/notifications/broadcasts/new/")
    staff.get_by_label("Title").fill("Every <b>morning</b>")
    names = staff.get_by_role("combobox", name="Chosen users")
    expect(names).to_be_hidden()
    staff.get_by_label("Chosen users", exact=True).first.check()
    expect(names).to_be_visible()
    staff.get_by_label("Everyone").check()
    expect(staff.get_by_label("Repeat")).to_be_hidden()
    staff.get_by_label("Later, or again and again").check()
    staff.get_by_label("Repeat").select_option("Every day")
    expect(staff.locator("[data-preview] .preview__firing")).to_have_count(5)
    staff.get_by_role("button", name="Preview").click()
    look = staff.get_by_role("region", name="How it looks")
    expect(look.locator(".toast")).to_have_text("Every <b>morning</b>")
    expect(staff.get_by_label("Repeat")).to_have_value("daily")
    staff.get_by_role("button", name="Schedule").click()
    expect(staff.locator(".badge").first).to_have_text("Repeating")
