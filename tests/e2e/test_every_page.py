"""Every page, in light and dark, on a desk and on a phone: usable by everybody, whole, no complaints."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.e2e.conftest import Site
from tests.e2e.steps import log_in, sign_up, write_note

pytestmark = pytest.mark.e2e

OUTSIDE = [
    "/",
    "/about/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/no-such-page/",
]
INSIDE = [
    "/",
    "/notes/",
    "/notes/?q=nothing+is+called+so",
    "/notes/new/",
    "{note}",
    "{note}edit/",
    "{note}delete/",
    "{note}email/",
    "/tasks/",
    "/notifications/",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
]
LOOKS = [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 375)]


@pytest.fixture(scope="module")
def member(browser: Browser, site: Site) -> dict[str, str]:
    """Somebody with a note, as the pages inside need one."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    name = sign_up(page, site)
    write_note(
        page,
        "Shopping",
        "# Food\n\n- bread\n- a [link](https://example.com/)\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    )
    note = page.url.removeprefix(site.url)
    context.close()
    return {"name": name, "note": note}


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[BrowserContext]:
    scheme, width = request.param
    context = browser.new_context(
        base_url=site.url,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def problems_of(context: BrowserContext, path: str) -> list[str]:
    """What is wrong with the page, looked at in a tab of its own."""
    page = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "404 (Not Found)" not in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.remove_listener("console", hear)  # axe itself tries inline styles, which our policy refuses
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    problems = [describe(violation) for violation in found if violation["impact"] in {"serious", "critical"}]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        problems.append("it scrolls sideways")
    page.close()
    return [f"{path}: {problem}" for problem in problems + complaints]


def describe(violation: dict[str, Any]) -> str:
    places = ", ".join(node["html"][:120] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} ({places})"


def test_pages_outside(look: BrowserContext) -> None:
    assert [problem for path in OUTSIDE for problem in problems_of(look, path)] == []


def test_pages_inside(look: BrowserContext, member: dict[str, str]) -> None:
    log_in(look.new_page(), member["name"])
    assert [problem for path in INSIDE for problem in problems_of(look, path.format(**member))] == []
