"""What small scripts add to pages that work without them."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join

pytestmark = pytest.mark.e2e

BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


def test_the_chosen_appearance_holds_on_every_page_from_the_first_paint(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="light")
    name = join(page, site)
    page.goto("/")
    light = page.evaluate(BACKGROUND)
    page.get_by_role("banner").get_by_text(name).click()
    page.get_by_text("Dark", exact=True).click()
    dark = page.evaluate(BACKGROUND)
    assert dark != light
    page.route(
        "**/main*.js", lambda route: route.abort()
    )  # what makes the switch work comes too late for this
    page.goto("/about/")
    assert page.evaluate(BACKGROUND) == dark


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page, site: Site) -> None:
    name = join(page, site)
    page.goto("/")
    button = page.get_by_role("banner").locator("summary")
    expect(button).to_contain_text(name)
    button.focus()
    page.keyboard.press("Enter")
    profile = page.get_by_role("banner").get_by_role("link", name="Profile")
    expect(profile).to_be_visible()
    page.keyboard.press("Tab")
    expect(profile).to_be_focused()
    page.keyboard.press("Escape")
    expect(profile).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("heading", level=1).click()
    expect(profile).to_be_hidden()


def test_the_first_tab_leads_past_the_navigation(page: Page) -> None:
    page.goto("/about/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_usercode_and_zone_take_one_click(context: BrowserContext, page: Page, site: Site) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    join(page, site)
    page.goto("/accounts/profile/")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    code = page.locator(".usercode__code").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == code
    expect(page.get_by_role("button", name="Use this device’s")).to_be_hidden()
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_role("button", name="Use this device’s: Europe/Berlin").click()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")


def test_without_scripts_one_still_gets_around(site: Site, context: BrowserContext, page: Page) -> None:
    join(page, site)
    assert context.browser is not None
    plain = context.browser.new_context(
        base_url=site.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    tab = plain.new_page()
    tab.goto("/")
    tab.get_by_role("banner").locator("summary").click()
    tab.get_by_role("link", name="Profile").click()
    expect(tab.get_by_role("heading", name="Profile", exact=True)).to_be_visible()
    tab.get_by_role("banner").locator("summary").click()
    tab.get_by_role("button", name="Log out").click()
    expect(tab.get_by_role("link", name="Log in").first).to_be_visible()
    plain.close()
