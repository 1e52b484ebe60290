"""Tags, looking for notes and getting around their list, by keyboard and mouse, with scripts and without."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, let_in, make_note

pytestmark = pytest.mark.e2e


def write_tagged_note(page: Page, title: str, tags: str) -> None:
    page.goto("/notes/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Body").fill("Water the roses.")
    page.get_by_role("combobox", name="Tags").press_sequentially(tags)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_tags_are_typed_suggested_and_lead_to_their_notes(page: Page, site: Site) -> None:
    join(page, site)
    write_tagged_note(page, "Garden", "new home,weekend")
    page.goto("/notes/new/")
    page.get_by_label("Title").fill("Kitchen")
    field = page.get_by_role("combobox", name="Tags")
    field.press_sequentially("new")
    expect(page.get_by_role("option", name="new home")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    chosen = page.get_by_role("list", name="Chosen").locator(".recipients__word")
    expect(chosen).to_have_text(["new home"])
    field.press_sequentially("Plan B")
    field.press("Enter")
    expect(chosen).to_have_text(["new home", "Plan B"])
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="new home").click()
    expect(page.locator(".list__title")).to_have_text(["Kitchen", "Garden"])
    page.get_by_role("link", name="weekend").click()
    expect(page.locator(".list__title")).to_have_text(["Garden"])


def test_search_and_list_are_used_by_keyboard(page: Page, site: Site) -> None:
    name = join(page, site)
    for title in ("Third", "Second", "First"):
        make_note(site, name, title, "Über dem Café")
    page.goto("/notes/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search your notes")).to_be_focused()
    page.keyboard.type("uber caf")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["Über", "Café"] * 3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second")).to_be_visible()


def test_without_scripts_tags_are_a_plain_field(page: Page, browser: Browser, site: Site) -> None:
    name = join(page, site)
    plain = browser.new_context(base_url=site.url, java_script_enabled=False)
    let_in(plain, site, name)
    tab = plain.new_page()
    tab.goto("/notes/new/")
    tab.get_by_label("Title").fill("Garden")
    tab.get_by_label("Tags").fill("new home, weekend")
    tab.get_by_role("button", name="Save").click()
    tab.get_by_role("link", name="weekend").click()
    expect(tab.locator(".list__title")).to_have_text(["Garden"])
    plain.close()
