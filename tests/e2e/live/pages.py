"""Pages in which pushes arrive."""

from playwright.sync_api import BrowserContext, Page


def open_page(context: BrowserContext, address: str = "/notifications/") -> Page:
    page = context.new_page()
    with page.expect_websocket() as socket:
        page.goto(address)
    socket.value.wait_for_event("framereceived")
    return page
