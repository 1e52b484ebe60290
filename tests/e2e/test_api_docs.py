"""The page about the API: it describes each operation, and carries one out as whoever looks at it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import PATIENCE, Site
from tests.e2e.steps import join

pytestmark = pytest.mark.e2e

LOOKS = [("light", 1280), ("dark", 375)]
INK = "element => getComputedStyle(element).color"


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def context(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[BrowserContext]:
    scheme, width = request.param
    context = browser.new_context(
        base_url=site.url, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser wrote into its console; a style or script that our policy forbids would be there."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def go_to_docs(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="API", exact=True).click()


def opened(page: Page, operation: str) -> Locator:
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    return block


def carry_out(block: Locator, status: str) -> None:
    block.get_by_role("button", name="Execute").click()
    expect(block.locator(".live-responses-table .response-col_status").last).to_contain_text(status)


def test_it_reads_and_writes_in_the_session_of_the_browser(
    page: Page, site: Site, complaints: list[str]
) -> None:
    name = join(page, site)
    go_to_docs(page)
    me = opened(page, "me-me_retrieve")
    carry_out(me, "200")
    expect(me.locator(".live-responses-table .response-col_description").last).to_contain_text(name)
    carry_out(opened(page, "notes-notes_create"), "201")
    page.goto("/notes/")
    expect(page.get_by_role("link", name="Garden")).to_be_visible()
    assert complaints == []


def test_it_is_there_for_everybody_and_readable(page: Page, complaints: list[str]) -> None:
    go_to_docs(page)
    block = opened(page, "notes-notes_list")
    expect(
        block.get_by_text("The beginning of the body").or_(block.get_by_text("excerpt")).first
    ).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    ink = block.locator(".opblock-summary-description").evaluate(INK)
    assert ink == page.get_by_role("heading", name="The API").evaluate(INK)
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert page.evaluate("document.documentElement.classList.contains('dark-mode')") is is_dark
    assert complaints == []
