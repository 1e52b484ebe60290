"""Reminders as people use them: typed in a line, on time, snoozed, done; by keyboard and without scripts."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from reminders.models import Ring
from tests.e2e.conftest import Site
from tests.e2e.steps import add_reminder, join, let_in
from tests.servers import wait_until
from tests.smtp_sink import Received

pytestmark = pytest.mark.e2e

BERLIN = ZoneInfo("Europe/Berlin")
LATEST = 2.0  # seconds
SNOOZE_LINK = re.compile(r"Snooze: (https?://\S+)")


@pytest.fixture
def name(page: Page, site: Site) -> str:
    """The username of somebody new, who is signed in."""
    return join(page, site)


def line_of(page: Page) -> Locator:
    return page.get_by_label("Remind me")


def preview_of(page: Page) -> Locator:
    return page.locator("[data-understood]")


def titles(page: Page) -> Locator:
    return page.locator("#reminders-section .list__title")


def due_in(preview: Locator) -> float:
    """The moment that a preview names, in seconds."""
    return datetime.fromisoformat(preview.locator("time").get_attribute("datetime") or "").timestamp()


def seconds_late(page: Page, due: float) -> float:
    """How long after `due` the next toast with buttons stands in the page."""
    page.wait_for_selector(".toast:not([data-seen])", timeout=30_000)
    appeared = page.evaluate("Date.now() / 1000")
    page.locator(".toast:not([data-seen])").evaluate("toast => (toast.dataset.seen = '')")
    return float(appeared) - due


def mails_to(site: Site, name: str, subject: str) -> list[Received]:
    return [
        message
        for message in site.sink.messages()
        if message.to == [f"{name}@example.com"] and message.subject == subject
    ]


def arrives(site: Site, name: str, subject: str, number: int) -> Received:
    """The mail of this number with the subject."""
    wait_until(lambda: len(mails_to(site, name, subject)) >= number, 20)
    return mails_to(site, name, subject)[number - 1]


def waiting_rings(name: str) -> int:
    """How many rings of this person's are to come."""
    return Ring.objects.waiting().filter(occurrence__task__owner__username=name).count()


def test_added_in_a_line_it_rings_on_time_is_snoozed_rings_again_and_is_done(
    page: Page, site: Site, name: str
) -> None:
    page.goto("/")
    line_of(page).fill("in 8 seconds call the bank")
    expect(preview_of(page)).to_contain_text("call the bank")
    due = due_in(preview_of(page))
    line_of(page).press("Enter")
    expect(page.get_by_text("You will be reminded of “call the bank”: ")).to_be_visible()
    assert 0 <= seconds_late(page, due) <= LATEST
    arrives(site, name, "call the bank", 1)

    toast = page.locator(".toast")
    toast.get_by_text("Snooze").first.click()
    again = datetime.now(BERLIN).replace(microsecond=0) + timedelta(seconds=6)
    toast.get_by_label("Until").fill(f"{again:%Y-%m-%dT%H:%M:%S}")
    toast.get_by_role("button", name="Snooze until then").click()
    expect(toast.locator(".occurrence__outcome")).to_contain_text("Snoozed until")
    assert 0 <= seconds_late(page, again.timestamp()) <= LATEST
    arrives(site, name, "call the bank", 2)

    toast.get_by_role("button", name="Done").click()
    expect(toast.locator(".occurrence__outcome")).to_have_text("Done")
    expect(page.locator(".bell .count")).to_have_text("")
    page.goto("/reminders/?show=past")
    expect(page.locator(".reminder .badge")).to_have_text("Last time: Done")
    page.goto("/notifications/")
    expect(page.locator(".notification .occurrence__outcome")).to_have_text(["Done", "Done"])
    assert site.shell.call(waiting_rings, name) == 0
    assert len(mails_to(site, name, "call the bank")) == 2


def test_it_is_snoozed_by_the_link_in_its_mail_signed_in_or_not(
    page: Page, site: Site, name: str, browser: Browser
) -> None:
    add_reminder(page, "in 2 seconds feed the cat")
    text = arrives(site, name, "feed the cat", 1).message.get_body(("plain",))
    link = SNOOZE_LINK.search(text.get_content() if text else "")
    assert link
    stranger = browser.new_context()
    letter = stranger.new_page()
    letter.goto(link[1])
    letter.get_by_role("button", name="1 hour").click()
    expect(letter.get_by_role("status").first).to_contain_text("Snoozed until")
    stranger.close()
    page.goto("/reminders/")
    expect(page.locator(".occurrence__outcome")).to_contain_text("Snoozed until")
    assert site.shell.call(waiting_rings, name) == 1


def test_another_tab_sees_it_come_and_ring(page: Page, context: BrowserContext, name: str) -> None:
    other = context.new_page()
    with other.expect_websocket() as socket:
        other.goto("/reminders/")
    socket.value.wait_for_event("framereceived")
    add_reminder(page, "in 4 seconds ring the bell")
    expect(titles(other)).to_have_text(["ring the bell"], timeout=3_000)
    waiting = other.get_by_role("region", name="Waiting for you")
    expect(waiting.get_by_role("link", name="ring the bell")).to_be_visible()
    expect(titles(other)).to_have_count(0)
    page.goto("/reminders/")
    page.get_by_role("button", name="Done with “ring the bell”").first.click()
    expect(waiting).to_have_count(0)


@pytest.fixture
def slow_preview(page: Page) -> Iterator[None]:
    """Each preview takes longer than anybody types."""

    def later(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/reminders/quick/?line=*", later)
    yield
    page.unroute_all(behavior="ignoreErrors")


def test_what_is_saved_is_what_the_line_says_however_fast_it_is_typed(
    page: Page, name: str, slow_preview: None
) -> None:
    page.goto("/reminders/")
    line_of(page).fill("tomorrow 9am call")
    expect(preview_of(page)).to_contain_text("Enter saves it.")
    line_of(page).press("End")
    line_of(page).press_sequentially(" Ann")
    line_of(page).press("Enter")
    expect(preview_of(page)).to_have_attribute("data-stale", "")
    expect(line_of(page)).to_have_value("tomorrow 9am call Ann")
    expect(preview_of(page).locator("strong")).to_have_text("call Ann")
    expect(preview_of(page)).not_to_have_attribute("data-stale", "")
    expect(titles(page)).to_have_count(0)
    line_of(page).press("Enter")
    expect(titles(page)).to_have_text(["call Ann"])


def test_what_is_not_understood_is_not_sent(page: Page, name: str) -> None:
    page.goto("/reminders/")
    line_of(page).fill("next Friday lunch")
    expect(preview_of(page)).to_contain_text("Which day is “next Friday”?")
    line_of(page).press("Enter")
    line_of(page).fill("tomorrow")
    expect(preview_of(page)).to_contain_text("Say what you want to be reminded of, too.")
    line_of(page).press("Enter")
    expect(line_of(page)).to_have_value("tomorrow")
    preview_of(page).get_by_role("link", name="More options").click()
    expect(page.locator("[name=when-time]")).to_have_value("09:00")


def test_while_the_preview_is_away_the_line_leads_to_the_form(page: Page, name: str) -> None:
    page.route("**/reminders/quick/?line=*", lambda route: route.abort())
    page.goto("/reminders/")
    line_of(page).fill("tomorrow 9am call the bank")
    wait_until(lambda: page.evaluate("document.querySelector('quick-add').isAway"), 10)
    line_of(page).press("Enter")
    expect(page.get_by_label("What", exact=True)).to_have_value("call the bank")


def test_several_at_once_are_paused_resumed_and_deleted(page: Page, name: str) -> None:
    for title in ("one", "two", "three"):
        add_reminder(page, f"every day at 9 {title}")
    pause = page.get_by_role("button", name="Pause", exact=True)
    expect(pause).to_be_disabled()
    page.get_by_label("Choose one", exact=True).check()
    page.get_by_label("Choose three", exact=True).check()
    expect(page.locator("[data-count]")).to_have_text("2 chosen")
    pause.click()
    expect(page.get_by_text("2 reminders were paused.")).to_be_visible()
    expect(titles(page)).to_have_text(["two"])

    page.get_by_role("link", name="Paused", exact=True).click()
    page.get_by_label("Choose all").check()
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_text("2 reminders were resumed.")).to_be_visible()
    expect(page.get_by_text("Nothing is paused")).to_be_visible()

    page.get_by_role("link", name="Upcoming", exact=True).click()
    page.get_by_label("Choose all").check()
    page.get_by_role("button", name="Delete…").click()
    expect(page.get_by_role("heading", name="Delete 3 reminders?")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("3 reminders were deleted.")).to_be_visible()
    expect(page.get_by_text("Nothing to come")).to_be_visible()


def test_what_is_chosen_stays_chosen_when_the_list_moves(
    page: Page, context: BrowserContext, name: str
) -> None:
    add_reminder(page, "in 2 hours one")
    page.get_by_label("Choose one", exact=True).check()
    other = context.new_page()
    add_reminder(other, "in 1 hour two")
    expect(titles(page)).to_have_text(["two", "one"])
    expect(page.get_by_label("Choose one", exact=True)).to_be_checked()
    expect(page.get_by_label("Choose two", exact=True)).not_to_be_checked()


def test_the_form_shows_the_next_times_and_saves_them(page: Page, name: str) -> None:
    page.goto("/reminders/new/")
    page.get_by_label("What", exact=True).fill("Water the plants")
    page.locator("[name=when-repeat]").select_option("daily")
    page.locator("[name=when-date]").fill("2050-03-26")
    page.locator("[name=when-time]").fill("02:30")
    firings = page.locator("[data-preview] .preview__firing")
    expect(firings).to_have_count(5)
    expect(firings.nth(0)).to_contain_text("Sat 26 Mar 2050, 02:30")
    expect(firings.nth(1)).to_contain_text("Clocks go forward by 1 hour that day.")
    page.get_by_role("button", name="Save reminder").click()
    expect(page.get_by_role("heading", name="Water the plants")).to_be_visible()
    expect(page.get_by_text("Every day at 02:30")).to_be_visible()


def test_what_the_form_refuses_is_said_at_the_field(page: Page, name: str) -> None:
    page.goto("/reminders/new/")
    page.get_by_label("What", exact=True).fill("Too late")
    date = page.locator("[name=when-date]")
    date.fill("2020-01-01")
    page.locator("[name=when-time]").fill("09:00")
    page.get_by_role("button", name="Save reminder").click()
    expect(date).to_have_attribute("aria-invalid", "true")
    expect(date).to_have_accessible_description(re.compile("That time has passed."))
    expect(page.get_by_label("What", exact=True)).to_have_value("Too late")


def test_by_keyboard_alone(page: Page, name: str) -> None:
    page.goto("/reminders/")
    line_of(page).focus()
    page.keyboard.type("every day at 9 one")
    expect(preview_of(page).locator("strong")).to_have_text("one")
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_text(["one"])
    menu = page.get_by_label("More to do with one")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pause", exact=True).last).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing to come")).to_be_visible()


def test_without_scripts_it_is_added_by_the_form_and_done(
    page: Page, name: str, browser: Browser, site: Site
) -> None:
    add_reminder(page, "in 2 seconds feed the cat")
    plain = browser.new_context(base_url=site.url, java_script_enabled=False)
    let_in(plain, site, name)
    tab = plain.new_page()
    tab.goto("/reminders/")
    line_of(tab).fill("tomorrow 9am call the bank")
    line_of(tab).press("Enter")
    expect(tab.get_by_label("What", exact=True)).to_have_value("call the bank")
    tab.get_by_role("button", name="Save reminder").click()
    expect(tab.get_by_text("You will be reminded of “call the bank”.")).to_be_visible()

    arrives(site, name, "feed the cat", 1)
    tab.goto("/reminders/")
    waiting = tab.get_by_role("region", name="Waiting for you")
    waiting.locator("summary").click()
    waiting.get_by_role("button", name="1 hour").click()
    expect(waiting.locator(".occurrence__outcome")).to_contain_text("Snoozed until")
    waiting.get_by_role("button", name="Done").click()
    expect(waiting).to_have_count(0)
    tab.get_by_label("Choose call the bank").check()
    tab.get_by_role("button", name="Pause").last.click()
    expect(tab.get_by_text("One reminder was paused.")).to_be_visible()
    plain.close()
