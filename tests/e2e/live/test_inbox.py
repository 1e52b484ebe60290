"""The inbox in Chromium: what is done to it in one tab shows in all, and everything works by the keyboard."""

import re

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, expect

from accounts.models import User
from notifications.door import notify
from notifications.events import TASK_FAILED
from tests.e2e.live.conftest import Visit
from tests.e2e.live.pages import open_page
from tests.notifications.inboxes import backup_finished, lines, told

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def lists(page: Page, *headings: str) -> None:
    expect(page.locator("h2.list__title")).to_have_text([re.compile(f"{heading}$") for heading in headings])


def says(page: Page, unread: int) -> None:
    """The bell and the page's title do."""
    expect(page.locator(".bell .count")).to_have_text(str(unread or ""))
    expect(page).to_have_title(re.compile(rf"^\({unread}\) " if unread else "^[^(]"))


def entry(page: Page, heading: str) -> str:
    return f"#{page.locator('.notification', has_text=heading).get_attribute('id')}"


def choose_in_menu(page: Page, heading: str, words: str) -> None:
    page.get_by_label(f"More to do with “{heading}”").click()
    page.locator(entry(page, heading)).get_by_text(words, exact=False).last.click()


def test_what_is_read_in_one_tab_is_read_in_all_and_on_other_devices(
    visit: Visit, context: BrowserContext, owner: User
) -> None:
    told(owner, "First", "Second", "Third")
    pages = [open_page(context), open_page(context, "/about/"), open_page(visit(owner))]
    for page in pages:
        says(page, unread=3)
    pages[0].get_by_role("button", name="Mark “Second” as read").click()
    for page in pages:
        says(page, unread=2)
    expect(pages[2].get_by_role("button", name="Mark “Second” as unread")).to_be_visible()
    pages[2].get_by_role("button", name="Mark “Second” as unread").click()
    for page in pages:
        says(page, unread=3)
    pages[0].get_by_role("button", name="Mark all as read").click()
    for page in pages:
        says(page, unread=0)


def test_a_button_leaves_the_page_where_it_is(context: BrowserContext, owner: User) -> None:
    told(owner, *[f"Number {number}" for number in range(1, 21)])
    page = open_page(context)
    page.evaluate("window.same = true")
    button = page.get_by_role("button", name="Mark “Number 3” as read")
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    button.click()
    expect(page.get_by_role("button", name="Mark “Number 3” as unread")).to_be_focused()
    assert page.evaluate("scrollY") == before > 0
    assert page.evaluate("window.same")


def test_what_repeats_is_one_line_that_opens_in_place(context: BrowserContext, owner: User) -> None:
    for number in (1, 2, 3):
        backup_finished(owner, title=f"Backup finished: {number}")
    page = open_page(context)
    says(page, unread=1)
    lists(page, "3 runs of Backup finished")
    page.get_by_text("Show all 3").click()
    folded = page.locator(".notification--folded")
    expect(folded).to_have_text([re.compile(f"Backup finished: {number}") for number in (3, 2, 1)])
    backup_finished(owner)
    lists(page, "4 runs of Backup finished")
    says(page, unread=1)
    page.get_by_role("link", name="4 runs of Backup finished").click()
    page.wait_for_url("**/together/")
    says(page, unread=0)
    expect(page.locator(".notification--folded")).to_have_count(4)


def test_archiving_and_taking_out_again(context: BrowserContext, owner: User) -> None:
    told(owner, "First", "Second")
    page, archive = open_page(context), open_page(context, "/notifications/?show=archive")
    page.get_by_role("button", name="Archive “First”").click()
    lists(page, "Second")
    says(page, unread=1)
    lists(archive, "First")
    archive.get_by_role("button", name="Take “First” out of the archive").click()
    lists(page, "Second", "First")
    expect(archive.get_by_text("The archive is empty")).to_be_visible()


def test_a_filter_is_an_address_and_stays_live(context: BrowserContext, owner: User) -> None:
    notify(owner, title="Export failed", event=TASK_FAILED)
    told(owner, "Export finished")
    page = open_page(context)
    page.get_by_label("Search your notifications").fill("export")
    page.get_by_label("About", exact=True).select_option("A task failed")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Which notifications").get_by_role("link", name="Unread").click()
    page.wait_for_url(f"**/notifications/?show=unread&event={TASK_FAILED}&q=export")
    lists(page, "Export failed")
    notify(owner, title="Export failed again", event=TASK_FAILED)
    lists(page, "Export failed again", "Export failed")
    page.get_by_role("button", name="Mark all of these as read").click()
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert lines(owner)[1] == ("Export finished", True)


def test_several_are_chosen_and_archived_or_deleted(context: BrowserContext, owner: User) -> None:
    told(owner, "First", "Second", "Third", "Fourth")
    page = open_page(context)
    archive = page.locator("bulk-choice").get_by_role("button", name="Archive")
    expect(archive).to_be_disabled()
    for title in ("First", "Third"):
        page.get_by_label(f"Choose {title}").check()
    archive.click()
    lists(page, "Fourth", "Second")
    page.get_by_label("Choose all").check()
    page.locator("bulk-choice").get_by_role("button", name="Delete…").click()
    expect(page.get_by_role("heading", name="Delete 2 notifications?")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 notifications were deleted.")).to_be_visible()
    assert lines(owner) == []


def test_muting_and_unmuting_in_the_menu(context: BrowserContext, owner: User) -> None:
    backup_finished(owner)
    page = open_page(context)
    choose_in_menu(page, "Backup finished", "Mute")
    expect(page.get_by_text("Muted", exact=True)).to_be_visible()
    expect(page.get_by_label("More to do with “Backup finished”")).to_be_focused()
    backup_finished(owner)
    told(owner, "Other")
    lists(page, "Other", "Backup finished")
    choose_in_menu(page, "Backup finished", "Unmute")
    expect(page.get_by_text("Muted", exact=True)).to_have_count(0)


def test_all_of_it_by_the_keyboard(context: BrowserContext, owner: User) -> None:
    told(owner, "First", "Second", "Third")
    page = open_page(context)

    def is_at(title: str) -> None:
        expect(page.get_by_role("link", name=re.compile(f"{title}$"))).to_be_focused()

    page.locator(".list__link").first.focus()
    page.keyboard.press("ArrowDown")
    is_at("Second")
    page.keyboard.press("m")
    says(page, unread=2)
    is_at("Second")
    page.keyboard.press("e")
    lists(page, "Third", "First")
    is_at("First")
    page.keyboard.press("e")
    is_at("Third")
    page.keyboard.press("x")
    expect(page.get_by_label("Choose Third")).to_be_checked()
    page.keyboard.press("e")
    expect(page.locator("#content")).to_be_focused()
    says(page, unread=0)


def test_what_is_pressed_before_the_last_was_answered_comes_after_it(
    context: BrowserContext, owner: User
) -> None:
    told(owner, "First", "Second")
    page = open_page(context)
    held: list[Route] = []
    page.route("**/reading/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    page.locator(".list__link").first.focus()
    with page.expect_request("**/reading/"):
        page.keyboard.press("m")
    page.keyboard.press("m")  # once too often
    page.keyboard.press("e")
    says(page, unread=2)
    for route in held:
        route.continue_()
    lists(page, "First")
    says(page, unread=1)
    page.goto("/notifications/?show=archive")
    expect(page.get_by_role("button", name="Take “Second” out of the archive")).to_be_visible()


def test_what_a_key_means_by_now_is_done_though_the_last_was_not_answered(
    context: BrowserContext, owner: User
) -> None:
    """A push may show what became of it before the answer does."""
    told(owner, "First")
    page = open_page(context)
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/reading/", lambda route: late.append((route, route.fetch())))
    page.locator(".list__link").first.focus()
    page.keyboard.press("m")
    says(page, unread=0)
    expect(page.get_by_role("button", name="Mark “First” as unread")).to_be_visible()
    page.keyboard.press("m")
    for route, answer in late:
        route.fulfill(response=answer)
    says(page, unread=1)
    expect(page.get_by_role("button", name="Mark “First” as read")).to_be_visible()


def test_letters_mean_nothing_outside_the_list(context: BrowserContext, owner: User) -> None:
    told(owner, "First")
    page = open_page(context)
    page.get_by_label("Search your notifications").press_sequentially("exam")
    lists(page, "First")
    says(page, unread=1)


def test_without_scripts_everything_works(visit: Visit, owner: User) -> None:
    told(owner, "First", "Second", "Third")
    page = visit(owner, java_script_enabled=False).new_page()
    page.goto("/notifications/?show=unread")
    page.get_by_role("button", name="Mark “First” as read").click()
    lists(page, "Third", "Second")
    assert page.url.endswith("/notifications/?show=unread")
    page.get_by_label("Choose Second").check()
    page.get_by_label("Choose Third").check()
    page.locator("bulk-choice").get_by_role("button", name="Unread").click()
    page.get_by_label("Choose Second").check()
    page.locator("bulk-choice").get_by_role("button", name="Archive").click()
    lists(page, "Third")
    page.get_by_label("More to do with “Third”").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Third” was deleted.")).to_be_visible()
    assert lines(owner) == [("First", False)]


def test_what_has_no_page_of_its_own_is_shown_whole(context: BrowserContext, owner: User) -> None:
    notify(owner, title="Maintenance", body="<b>On Sunday</b>\nfrom 3\n\n" + "long " * 100 + "end")
    page = open_page(context)
    expect(page.locator(".notification")).not_to_contain_text("end")
    page.get_by_role("link", name="Maintenance").click()
    expect(page.get_by_role("article")).to_contain_text("<b>On Sunday</b>")
    expect(page.get_by_role("article")).to_contain_text("end")
    says(page, unread=0)


def test_on_a_phone_nothing_is_out_of_reach(visit: Visit, owner: User) -> None:
    told(owner, "W" * 190, "First")
    backup_finished(owner), backup_finished(owner, body="https://example.com/" + "x" * 200)
    context = visit(owner, viewport={"width": 320, "height": 640}, has_touch=True)
    page = open_page(context)
    page.get_by_text("Show all 2").tap()
    expect(page.locator(".notification--folded")).to_have_count(2)
    page.get_by_label("More to do with “First”").tap()
    for button in page.locator(".notification .list__end button:visible, .menu__item:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 43
        assert box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") == 320
