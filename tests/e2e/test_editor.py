"""Writing a note: nothing that was typed gets lost, and nobody writes over somebody else unseen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Locator, Page, Route, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, let_in, log_in, make_member, make_note, write_note
from tests.servers import wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def name(page: Page, site: Site) -> str:
    """The username of somebody new, who is logged in."""
    return join(page, site)


@pytest.fixture
def note(page: Page, site: Site, name: str) -> str:
    """The address of a note, which is open to be edited."""
    address = make_note(site, name, "Plan", "Meet on Monday.\n\nBring cake.")
    page.goto(f"{address}edit/")
    return address


def body_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Body")


def preview_of(page: Page) -> Locator:
    return page.locator("#preview")


def offer_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Unsaved changes")


def trouble_of(page: Page) -> Locator:
    return page.locator("#editor-trouble")


def state_of(page: Page) -> Locator:
    return page.locator("#editor-state")


def press_save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def kept(page: Page) -> str:
    """All drafts in the browser, of whomever."""
    script = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('draft:')).flat().join()"
    return str(page.evaluate(script))


def type_draft(page: Page, text: str) -> None:
    """As far as the browser keeps it."""
    body_of(page).fill(text)
    wait_until(lambda: text in kept(page), 10)


def close(page: Page) -> Page:
    """Closes the tab; gives a new one of the same browser."""
    context = page.context
    page.close()
    return context.new_page()


def test_what_was_typed_survives_a_closed_tab_until_it_is_saved(page: Page, note: str) -> None:
    type_draft(page, "Meet on Friday.")
    tab = close(page)
    tab.goto(f"{note}edit/")
    expect(offer_of(tab)).to_contain_text("You have unsaved changes from")
    expect(body_of(tab)).to_have_value("Meet on Monday.\n\nBring cake.")
    tab.get_by_role("button", name="Restore").click()
    expect(body_of(tab)).to_have_value("Meet on Friday.")
    expect(offer_of(tab)).to_be_hidden()
    press_save(tab)
    expect(tab.locator("article")).to_contain_text("Meet on Friday.")
    assert kept(tab) == ""
    tab.goto(f"{note}edit/")
    expect(body_of(tab)).to_have_value("Meet on Friday.")
    expect(offer_of(tab)).to_be_hidden()


def test_a_new_note_is_offered_back_too_and_may_be_discarded(page: Page, name: str) -> None:
    page.goto("/notes/new/")
    page.get_by_label("Title").fill("Garden")
    type_draft(page, "Water the roses")
    page.goto("/notes/")
    page.goto("/notes/new/")
    expect(offer_of(page)).to_contain_text("Garden — Water the roses")
    page.get_by_role("button", name="Discard").click()
    expect(offer_of(page)).to_be_hidden()
    page.reload()
    expect(offer_of(page)).to_be_hidden()
    expect(body_of(page)).to_have_value("")


def test_what_is_restored_goes_over_nothing_that_was_saved_since(page: Page, note: str, plain: Page) -> None:
    type_draft(page, "Meet on Friday.")
    tab = close(page)
    plain.goto(f"{note}edit/")
    body_of(plain).fill("Meet on Tuesday.")
    press_save(plain)
    expect(plain.locator("article")).to_contain_text("Meet on Tuesday.")
    tab.goto(f"{note}edit/")
    expect(offer_of(tab)).to_contain_text("The note was changed since")
    tab.get_by_role("button", name="Restore").click()
    press_save(tab)
    expect(tab.locator(".diff mark")).to_have_text(["Tuesday", "Friday"])
    tab.get_by_role("button", name="Save mine over it").click()
    expect(tab.locator("article")).to_contain_text("Meet on Friday.")


def write_elsewhere(context: BrowserContext, note: str, text: str, *, discards: bool = False) -> None:
    """In another tab of the same browser."""
    other = context.new_page()
    other.goto(f"{note}edit/")
    if discards:
        other.get_by_role("button", name="Discard").click()
    body_of(other).fill(text)
    press_save(other)
    expect(other.locator("article")).to_contain_text(text)
    other.close()


def test_saved_while_the_line_is_lost_it_is_saved_when_the_line_is_back(page: Page, note: str) -> None:
    body_of(page).fill("Meet on Friday.")
    page.context.set_offline(True)
    press_save(page)
    expect(trouble_of(page)).to_contain_text("Not saved yet: the server cannot be reached.")
    expect(body_of(page)).to_have_value("Meet on Friday.")
    body_of(page).fill("Meet on Saturday.")
    page.context.set_offline(False)
    expect(state_of(page)).to_contain_text("Saved at", timeout=30_000)
    expect(trouble_of(page)).to_be_hidden()
    page.goto(note)
    expect(page.locator("article")).to_contain_text("Meet on Saturday.")
    assert kept(page) == ""


def test_a_server_that_fails_costs_nothing(page: Page, note: str) -> None:
    page.route(
        "**/edit/",
        lambda route: route.fulfill(status=500, body="No.") if is_post(route) else route.continue_(),
    )
    body_of(page).fill("Meet on Friday.")
    press_save(page)
    expect(trouble_of(page)).to_contain_text("Your text stays here")
    page.unroute("**/edit/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("article")).to_contain_text("Meet on Friday.")
    assert kept(page) == ""


def is_post(route: Route) -> bool:
    return route.request.method == "POST"


def test_a_lost_answer_makes_no_second_note_and_loses_nothing_typed_since(page: Page, name: str) -> None:
    answers: list[APIResponse] = []

    def lose(route: Route) -> None:
        if is_post(route) and not answers:
            answers.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.goto("/notes/new/")
    page.route("**/notes/new/", lose)
    page.get_by_label("Title").fill("Only one of me")
    body_of(page).fill("First")
    page.keyboard.press("Control+s")
    expect(trouble_of(page)).to_be_visible()
    body_of(page).fill("First and second")
    expect(page.get_by_role("heading", name="Edit note")).to_be_visible(timeout=30_000)
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Saved at")
    page.goto("/notes/?q=Only+one+of+me")
    expect(page.locator(".list__item")).to_have_count(1)
    page.get_by_role("link", name="Only one of me").click()
    expect(page.locator("article")).to_contain_text("First and second")


def lose_session_unnoticed(page: Page) -> None:
    """What the page asks for by itself, at some time, does not tell it before somebody saves."""
    page.evaluate("window.addEventListener('signed-out', (event) => event.stopPropagation(), true)")
    page.context.clear_cookies()


def test_whose_session_is_over_logs_in_elsewhere_and_saves(page: Page, note: str, name: str) -> None:
    body_of(page).fill("Meet on Friday.")
    lose_session_unnoticed(page)
    press_save(page)
    expect(trouble_of(page)).to_contain_text("you are not logged in any more")
    with page.context.expect_page() as opened:
        trouble_of(page).get_by_role("link", name="Log in").click()
    log_in(opened.value, name)
    opened.value.close()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("article")).to_contain_text("Meet on Friday.")


def test_what_was_typed_by_one_is_never_saved_as_anothers(page: Page, note: str, site: Site) -> None:
    type_draft(page, "A secret")
    lose_session_unnoticed(page)
    other = page.context.new_page()
    log_in(other, make_member(site))
    assert kept(other) == ""
    press_save(page)
    expect(trouble_of(page)).to_contain_text("somebody else is logged in")
    expect(body_of(page)).to_have_value("A secret")
    page.close()
    other.goto("/notes/new/")
    expect(offer_of(other)).to_be_hidden()
    assert kept(other) == ""


def test_who_logs_out_leaves_nothing_behind_in_any_tab(page: Page, note: str, name: str) -> None:
    type_draft(page, "A secret")
    other = page.context.new_page()
    other.goto("/notes/")
    other.locator(".header__user summary").click()
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("banner")).to_contain_text("Log in")
    assert kept(other) == ""
    expect(page).to_have_url(re.compile("/accounts/login/"))  # thrown out, with what was typed
    assert kept(other) == ""
    page.close(run_before_unload=False)
    log_in(other, name)
    other.goto(f"{note}edit/")
    expect(body_of(other)).to_have_value("Meet on Monday.\n\nBring cake.")
    expect(offer_of(other)).to_be_hidden()
    assert "secret" not in kept(other)


def test_it_is_shown_as_it_will_look_while_it_is_typed(page: Page, name: str) -> None:
    page.goto("/notes/new/")
    body_of(page).press_sequentially("Meet **soon**")
    expect(preview_of(page).locator("strong")).to_have_text("soon")
    body_of(page).press_sequentially("\n\n<img src=x onerror=alert(1)>\n\n")
    expect(preview_of(page)).to_contain_text("<img")
    body_of(page).press_sequentially("\n\n".join(f"Line {number}" for number in range(25)))
    expect(preview_of(page)).to_contain_text("Line 24")
    preview_of(page).evaluate("sheet => sheet.scrollTo(0, 150)")
    body_of(page).press_sequentially("\n\nLast")
    expect(preview_of(page)).to_contain_text("Last")
    assert preview_of(page).evaluate("sheet => sheet.scrollTop") == 150


def test_on_a_telephone_it_is_shown_in_place_of_the_text(page: Page, note: str) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    expect(preview_of(page)).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(preview_of(page)).to_contain_text("Bring cake.")
    expect(body_of(page)).to_be_hidden()
    page.get_by_role("button", name="Write").click()
    expect(body_of(page)).to_be_visible()


def test_in_two_tabs_the_second_hears_of_it_and_sees_both_and_decides(page: Page, note: str) -> None:
    body_of(page).fill("Meet on Friday.\n\nBring cake.")
    other = page.context.new_page()
    other.goto(f"{note}edit/")
    other.get_by_role("button", name="Discard").click()
    body_of(other).fill("Meet on Tuesday.\n\nBring cake.")
    press_save(other)
    expect(page.get_by_text("This note was changed elsewhere.")).to_be_visible()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".diff mark")).to_have_text(["Tuesday", "Friday"])
    expect(body_of(page)).to_have_value("Meet on Friday.\n\nBring cake.")
    expect(page.get_by_text("This note was changed elsewhere.")).to_be_hidden()
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.locator("article")).to_contain_text("Meet on Friday.")
    assert kept(page) == ""


def test_whoever_takes_what_is_saved_is_not_asked_about_it_again(page: Page, note: str) -> None:
    type_draft(page, "Meet on Friday.")
    write_elsewhere(page.context, note, "Meet on Tuesday.", discards=True)
    body_of(page).fill("Meet on Saturday.")
    press_save(page)
    page.get_by_role("link", name="Take what is saved").click()
    expect(page.locator("article")).to_contain_text("Meet on Tuesday.")
    page.goto(f"{note}edit/")
    expect(body_of(page)).to_have_value("Meet on Tuesday.")
    expect(offer_of(page)).to_be_hidden()


def test_a_note_deleted_meanwhile_is_saved_as_a_new_one(page: Page, note: str) -> None:
    body_of(page).fill("Meet on Friday.")
    other = page.context.new_page()
    other.goto(f"{note}delete/")
    other.get_by_role("button", name="Delete").click()
    press_save(page)
    expect(trouble_of(page)).to_contain_text("this note was deleted meanwhile")
    page.get_by_role("button", name="Save it as a new note").click()
    expect(page.locator("article")).to_contain_text("Meet on Friday.")
    assert page.url != note


def test_all_of_it_goes_by_keyboard(page: Page, note: str) -> None:
    page.goto(note)
    page.keyboard.press("?")
    expect(page.get_by_text("Remind me", exact=True).last).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Edit note")).to_be_visible()
    body_of(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    expect(body_of(page)).to_have_value("**Meet on Monday.\n\nBring cake.**")
    page.keyboard.press("Control+z")
    expect(body_of(page)).to_have_value("Meet on Monday.\n\nBring cake.")
    page.keyboard.press("Control+End")
    page.keyboard.type(" And ")
    page.keyboard.press("Control+i")
    page.keyboard.type("tea")
    expect(body_of(page)).to_have_value("Meet on Monday.\n\nBring cake. And *tea*")
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Saved at")
    expect(body_of(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(body_of(page)).not_to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("article em")).to_have_text("tea")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Plan (copy)")).to_be_visible()


def test_single_keys_can_be_switched_off(page: Page, note: str) -> None:
    page.goto(note)
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    for key in ("d", "e", "?"):
        page.keyboard.press(key)
    expect(page.get_by_label("Single keys are on")).to_be_hidden()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value("Plan")


def test_a_new_note_is_saved_while_it_is_written(page: Page, name: str) -> None:
    page.goto("/notes/new/")
    page.get_by_label("Title").fill("Minutes of June")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="Edit note")).to_be_visible()
    expect(state_of(page)).to_contain_text("Saved at")
    body_of(page).fill("We met.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article")).to_contain_text("We met.")
    page.goto("/notes/?q=Minutes+of+June")
    expect(page.locator(".list__item")).to_have_count(1)


def test_on_paper_there_is_the_note_alone_black_on_white(page: Page, note: str) -> None:
    write_note(page, "For the wall", "See [the plan](https://example.org/plan).")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (page.get_by_role("banner"), page.get_by_role("link", name="Edit"), page.locator("footer")):
        expect(gone).to_be_hidden()
    expect(page.get_by_role("heading", name="For the wall")).to_be_visible()
    colours = page.locator("html").evaluate(
        "root => [getComputedStyle(root).backgroundColor, getComputedStyle(root).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    link = page.locator("article a")
    assert "https://example.org/plan" in link.evaluate("link => getComputedStyle(link, '::after').content")


@pytest.fixture
def plain(browser: Browser, site: Site, name: str) -> Iterator[Page]:
    """Their browser without JavaScript."""
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    let_in(context, site, name)
    yield context.new_page()
    context.close()


def test_without_javascript_the_second_sees_both_too(page: Page, note: str, plain: Page) -> None:
    plain.goto(f"{note}edit/")
    expect(preview_of(plain)).to_be_hidden()
    write_elsewhere(page.context, note, "Meet on Tuesday.")
    body_of(plain).fill("Meet on Friday.")
    press_save(plain)
    expect(plain.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(body_of(plain)).to_have_value("Meet on Friday.")
    plain.get_by_role("button", name="Save mine over it").click()
    expect(plain.locator("article")).to_contain_text("Meet on Friday.")
