"""Naming recipients by keyboard, by pasting, with suggestions, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, let_in, make_note

pytestmark = pytest.mark.e2e

PASTE = """(input, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def field(page: Page, site: Site) -> Locator:
    """The field on the page of a new person's new note."""
    page.goto(f"{make_note(site, join(page, site), 'Minutes', 'As agreed.')}email/")
    return page.get_by_role("combobox", name="Recipients")


def chosen(page: Page) -> list[str]:
    return page.get_by_role("list", name="Chosen").locator(".recipients__word").all_inner_texts()


def test_words_become_tokens_and_the_last_is_taken_back_to_be_changed(page: Page, field: Locator) -> None:
    field.press_sequentially("anna@example.net berta@example.net,Anna@Example.net;carl")
    assert chosen(page) == ["anna@example.net", "berta@example.net"]
    field.press("Enter")
    assert chosen(page) == ["anna@example.net", "berta@example.net", "carl"]
    field.press("Backspace")
    expect(field).to_have_value("carl")
    assert chosen(page) == ["anna@example.net", "berta@example.net"]


def test_tokens_are_reached_and_removed_by_keyboard(page: Page, field: Locator) -> None:
    field.press_sequentially("a@example.net b@example.net c@example.net ")
    field.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    assert chosen(page) == ["a@example.net", "c@example.net"]
    page.keyboard.press("Enter")
    assert chosen(page) == ["c@example.net"]
    expect(field).to_be_focused()


def test_a_pasted_list_becomes_tokens(page: Page, field: Locator) -> None:
    field.evaluate(PASTE, "Grace Hopper <grace@example.net>\nada@example.net; linus@example.net\n")
    assert chosen(page) == ["grace@example.net", "ada@example.net", "linus@example.net"]


def test_a_suggestion_is_chosen_by_keyboard(page: Page, field: Locator) -> None:
    name = page.get_by_role("banner").locator(".header__user .truncate").inner_text()
    field.press_sequentially(name)
    option = page.get_by_role("option", name=name, exact=True)
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    while option.get_attribute("aria-selected") != "true":
        field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    found = Axe().run(page).response["violations"]
    assert [problem["id"] for problem in found if problem["impact"] in {"serious", "critical"}] == []
    field.press("Enter")
    assert chosen(page) == [name]
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(page: Page, field: Locator) -> None:
    field.press_sequentially("person")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("person")


def test_what_was_refused_is_marked_and_nothing_typed_is_lost(page: Page, field: Locator) -> None:
    field.press_sequentially("anna@example.net nobody-here")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Nobody here is called “nobody-here”")).to_be_visible()
    assert chosen(page) == ["anna@example.net", "nobody-here"]
    expect(page.locator(".recipients__token--wrong")).to_have_text("nobody-here")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_nobody_named_is_said_at_the_field_before_anything_is_sent(page: Page, field: Locator) -> None:
    page.get_by_role("button", name="Send").click()
    expect(field).to_be_focused()
    assert field.evaluate("input => input.validity.valueMissing")


def test_two_clicks_on_send_are_one_mail(page: Page, field: Locator, site: Site) -> None:
    field.press_sequentially("double@example.net")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator(".email")).to_have_count(1)
    expect(page.locator(".email .badge").first).to_have_text("Completed", timeout=20_000)
    page.goto("/tasks/")
    expect(page.get_by_role("main").get_by_role("link", name="E-mail “Minutes”")).to_have_count(1)


def test_without_scripts_it_is_a_plain_field(
    page: Page, field: Locator, browser: Browser, site: Site
) -> None:
    name = page.get_by_role("banner").locator(".header__user .truncate").inner_text()
    plain: BrowserContext = browser.new_context(base_url=site.url, java_script_enabled=False)
    let_in(plain, site, name)
    tab = plain.new_page()
    tab.goto(page.url)
    tab.get_by_label("Recipients").fill("first@example.net\nsecond@example.net")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("heading", name="E-mails of this note")).to_be_visible()
    plain.close()
