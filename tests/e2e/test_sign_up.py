"""A newcomer finds their way in."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import log_in, make_member, sign_up

pytestmark = pytest.mark.e2e


def test_sign_up_confirm_log_out_and_log_in_again(page: Page, site: Site) -> None:
    name = sign_up(page, site)
    page.goto("/accounts/profile/")
    expect(page.get_by_label("Time zone").first).to_have_value("Europe/Berlin")
    page.get_by_role("banner").get_by_text(name).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    log_in(page, name, by=f"{name}@EXAMPLE.com")


def test_without_scripts_one_logs_in_too(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    log_in(context.new_page(), make_member(site))
    context.close()
