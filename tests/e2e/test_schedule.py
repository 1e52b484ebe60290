"""Asking for a schedule in the browser, and an e-mail of a note that goes out when its time has come."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, let_in, make_note

pytestmark = pytest.mark.e2e


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Next times")


def email_later(page: Page, *, repeat: str = "Once") -> None:
    """From the note's page to the form that asks when."""
    page.get_by_role("link", name="E-mail", exact=True).click()
    field = page.get_by_role("combobox", name="Recipients")
    field.fill("anna@example.net")
    field.press("Enter")
    page.get_by_label("Later").check()
    page.get_by_label("Repeat").select_option(repeat)


def test_what_is_typed_is_shown_at_once_and_only_what_matters_is_asked_for(page: Page, site: Site) -> None:
    join(page, site)
    page.goto("/reminders/new/")
    expect(preview(page)).to_contain_text("Once, on")
    expect(page.get_by_label("Monday")).to_be_hidden()
    page.get_by_label("Repeat").select_option("Every week, on chosen days")
    page.get_by_label("Every", exact=True).fill("2")
    page.get_by_label("Date").fill("2030-01-08")
    page.get_by_label("Time", exact=True).fill("08:30")
    page.get_by_label("Friday").check()
    page.get_by_label("Ends").select_option("After a number of times")
    page.get_by_label("Number of times").fill("3")
    expect(preview(page)).to_contain_text("Every second week on Friday at 08:30, 3 times")
    expect(preview(page).get_by_role("listitem")).to_have_count(3)
    page.get_by_label("Number of times").fill("0")
    expect(preview(page)).to_contain_text("greater than or equal to 1")
    expect(preview(page).get_by_role("listitem")).to_have_count(0)


def test_what_is_wrong_in_fields_that_are_not_seen_holds_nothing_up(page: Page, site: Site) -> None:
    page.goto(make_note(site, join(page, site), "Minutes", "As agreed."))
    email_later(page, repeat="Every day")
    page.get_by_label("Every", exact=True).fill("0")
    page.get_by_label("Now").check()
    expect(page.get_by_label("Repeat")).to_be_hidden()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("progress").first).to_be_visible()


def test_it_goes_out_when_its_time_has_come_and_its_bar_appears(page: Page, site: Site) -> None:
    page.goto(make_note(site, join(page, site), "Minutes of May", "As agreed."))
    email_later(page, repeat="By a crontab")
    soon = datetime.now(UTC) + timedelta(seconds=85)  # a crontab knows minutes, and all this takes a while
    page.get_by_label("Crontab").fill(f"{soon:%M %H} * * *")
    page.get_by_label("Time zone").fill("utc")
    expect(preview(page).get_by_role("listitem")).to_have_count(5)
    found = Axe().run(page).response["violations"]
    assert [problem["id"] for problem in found if problem["impact"] in {"serious", "critical"}] == []
    page.get_by_role("button", name="Schedule").click()
    scheduled = page.get_by_role("listitem").filter(has_text="To 1 recipient")
    expect(scheduled).to_contain_text("Next")
    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator("progress")).to_have_count(1, timeout=100_000)
    expect(page.get_by_text("anna@example.net")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("1 sent")
    assert [mail.to for mail in site.sink.messages() if mail.subject == "Minutes of May"] == [
        ["anna@example.net"]
    ]


def test_without_javascript_all_is_asked_for_and_the_first_times_are_there(
    page: Page, site: Site, browser: Browser
) -> None:
    name = join(page, site)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    let_in(context, site, name)
    plain = context.new_page()
    plain.goto("/reminders/new/")
    expect(preview(plain).get_by_role("listitem")).to_have_count(1)
    expect(plain.get_by_label("Crontab")).to_be_visible()
    plain.get_by_label("What").fill("Call the bank")
    plain.get_by_label("Repeat").select_option("Every day")
    plain.get_by_role("button", name="Save reminder").click()
    expect(plain.get_by_role("heading", name="Call the bank")).to_be_visible()
    context.close()
