"""A token for a program: made, copied, used, and revoked."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.api_tokens import go_to_new_token, make_token, status_with
from tests.e2e.conftest import Site
from tests.e2e.steps import join

pytestmark = pytest.mark.e2e


def test_make_copy_use_and_revoke(page: Page, context: BrowserContext, site: Site) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    join(page, site)
    go_to_new_token(page)
    secret = make_token(page, "Backups")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == secret
    assert status_with(secret, site) == 200
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Last used now")).to_be_visible()
    page.get_by_role("link", name="Revoke “Backups”").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("“Backups” is revoked.")).to_be_visible()
    assert status_with(secret, site) == 401


def test_loading_the_page_with_the_secret_anew_shows_no_other(page: Page, site: Site) -> None:
    join(page, site)
    go_to_new_token(page)
    secret = make_token(page, "Backups")
    page.reload()
    expect(page.get_by_text("This token was made already.")).to_be_visible()
    expect(page.get_by_role("link", name="Revoke “Backups”")).to_have_count(1)
    assert status_with(secret, site) == 200


def test_the_last_day_is_asked_for_where_one_is_wanted(page: Page, site: Site) -> None:
    join(page, site)
    go_to_new_token(page)
    expect(page.get_by_label("Last day")).to_be_hidden()
    page.get_by_label("Expires").select_option("After a date")
    page.get_by_label("Last day").fill("2020-02-02")
    page.get_by_label("Name").fill("Backups")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("This day is over.")).to_be_visible()
