"""Tags in the editor: typed as tokens, kept as drafts, compared, and sent back with what is wrong."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, make_note
from tests.servers import wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def note(page: Page, site: Site) -> str:
    """The address of a new person's note with two tags, which is open to be edited."""
    address = make_note(site, join(page, site), "Plan", "Meet on Monday.", ["home", "work"])
    page.goto(f"{address}edit/")
    return address


def field_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Tags")


def chosen(page: Page) -> Locator:
    return page.get_by_role("list", name="Chosen").locator(".recipients__word")


def state_of(page: Page) -> Locator:
    return page.locator("#editor-state")


def kept(page: Page) -> str:
    script = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('draft:')).flat().join()"
    return str(page.evaluate(script))


def save_elsewhere(page: Page, note: str, tags: str) -> None:
    other = page.context.new_page()
    other.goto(f"{note}edit/")
    field_of(other).fill(tags)
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator("article")).to_be_visible()
    other.close()


def test_opening_a_note_with_tags_makes_no_draft(page: Page, note: str) -> None:
    expect(chosen(page)).to_have_text(["home", "work"])
    page.goto("/notes/")
    assert kept(page) == ""


def test_a_draft_holds_tags_even_the_one_that_is_being_typed(page: Page, note: str) -> None:
    page.get_by_role("button", name="Remove home").click()
    wait_until(lambda: '"tags":["work"]' in kept(page), 10)
    field_of(page).press_sequentially("long weekend, gar")
    wait_until(lambda: "work, long weekend, gar" in kept(page), 10)
    page.reload()
    expect(chosen(page)).to_have_text(["home", "work"])
    page.get_by_role("button", name="Restore").click()
    expect(chosen(page)).to_have_text(["work", "long weekend", "gar"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".tags a")).to_have_text(["gar", "long weekend", "work"])


def test_saved_while_a_tag_is_typed_it_has_it_and_typing_goes_on(page: Page, note: str) -> None:
    field_of(page).press_sequentially("gar")
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Saved at")
    field_of(page).press_sequentially("den")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tags a")).to_have_text(["garden", "home", "work"])


def test_a_new_note_is_saved_while_its_tags_are_typed(page: Page, note: str) -> None:
    page.goto("/notes/new/")
    page.get_by_label("Title").fill("Garden")
    field_of(page).press_sequentially("home, ro")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="Edit note")).to_be_visible()
    expect(state_of(page)).to_contain_text("Saved at")
    expect(field_of(page)).to_be_focused()
    field_of(page).press_sequentially("ses")
    expect(chosen(page)).to_have_text(["home"])
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tags a")).to_have_text(["home", "roses"])


def test_tags_that_differ_are_shown_and_those_typed_stay(page: Page, note: str) -> None:
    field_of(page).press_sequentially("mine")
    save_elsewhere(page, note, "theirs")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.locator(".diff__line:not([data-side=both]) .diff__text")).to_have_text(["theirs", "mine"])
    expect(chosen(page)).to_have_text(["home", "work", "mine"])
    expect(page.locator("textarea[name=tags]")).to_be_hidden()
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.locator(".tags a")).to_have_text(["home", "mine", "work"])


def test_theirs_are_taken_and_mine_are_gone(page: Page, note: str) -> None:
    field_of(page).press_sequentially("mine")
    save_elsewhere(page, note, "theirs")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Take what is saved").click()
    expect(page.locator(".tags a")).to_have_text(["home", "theirs", "work"])
    assert kept(page) == ""


def test_what_is_wrong_is_said_at_the_field_and_mended_there(page: Page, note: str) -> None:
    field_of(page).press_sequentially(f"{'x' * 51}, fine")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("A tag has up to 50 characters")).to_be_visible()
    expect(field_of(page)).to_be_focused()
    expect(field_of(page)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".recipients__token--wrong")).to_have_count(1)
    page.get_by_role("button", name=f"Remove {'x' * 51}").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tags a")).to_have_text(["fine", "home", "work"])
