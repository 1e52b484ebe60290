"""A newcomer finds their way in."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import log_in, sign_up

pytestmark = pytest.mark.e2e


def test_sign_up_confirm_log_out_and_log_in_again(page: Page, site: Site) -> None:
    name = sign_up(page, site)
    page.goto("/accounts/profile/")
    expect(page.get_by_label("Time zone").first).to_have_value("Europe/Berlin")
    page.get_by_role("banner").get_by_text(name).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    log_in(page, name, by=f"{name}@EXAMPLE.com")
