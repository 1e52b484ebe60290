"""What people do with API tokens, in the words of the pages."""

import urllib.error
import urllib.request

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.factories import PASSWORD


def go_to_new_token(page: Page) -> None:
    """From the profile, by way of the password."""
    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Programs and API tokens").click()
    page.get_by_role("link", name="New token").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="New API token")).to_be_visible()


def make_token(page: Page, name: str) -> str:
    """On the page with its form; gives the secret that is shown."""
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Your new API token")).to_be_visible()
    return page.locator("#secret").inner_text()


def status_with(secret: str, site: Site) -> int:
    """How a request of the program ends."""
    headers = {"Authorization": f"Bearer {secret}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{site.url}/api/me/", headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
