"""Pages of people whose session may end, and how it ends."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.accounts.browsers import SAFARI as PHONE

__all__ = ["PHONE", "expect_thrown_out", "log_phone_out", "opened"]


def opened(context: BrowserContext, address: str, words: str, script: str = "") -> Page:
    """A tab on this page, which has these words on it, and to which pushes come."""
    page = context.new_page()
    if script:
        page.add_init_script(script)
    with page.expect_websocket() as socket:
        page.goto(address)
    socket.value.wait_for_event("framereceived")
    expect(page.get_by_text(words)).to_be_visible()
    return page


def log_phone_out(page: Page) -> None:
    """From the list of the sessions, in which there is one more."""
    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Where you are logged in").click()
    browsers = page.get_by_role("region", name="Browsers").get_by_role("listitem")
    expect(browsers).to_have_count(2)
    expect(browsers.first).to_contain_text("this one")
    browsers.filter(has_text="Safari on iPhone").get_by_role("button").click()
    expect(page.get_by_text("Safari on iPhone is logged out.")).to_be_visible()


def expect_thrown_out(page: Page, words: str) -> None:
    """Out of a page with these words."""
    expect(page.get_by_text("You were logged out here")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()
    assert words not in page.content()
