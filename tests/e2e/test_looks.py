"""What is wrong with a page in one look alone is found in that look."""

import pytest
from playwright.sync_api import Browser

from tests.e2e.looks import open_tab, problems_of

pytestmark = pytest.mark.e2e

PAGE = """<!doctype html>
<html lang="en">
  <title>A page</title>
  <meta name="viewport" content="width=device-width">
  <style>
    :root { color-scheme: light dark; background: light-dark(#fff, #000); color: light-dark(#000, #fff) }
    .faint { color: light-dark(#000, #333) }
    @media (max-width: 30rem) { .word { display: none } }
    @media (max-width: 22rem) { .wide { width: 25rem } }
  </style>
  <main>
    <h1>A page</h1>
    <p class="faint">Some words</p>
    <button><span class="word">Save</span></button>
    <p class="wide">More words</p>
  </main>
  <script>console.error("It is broken.")</script>
</html>"""


def test_each_is_found_where_it_is(browser: Browser) -> None:
    context = browser.new_context()
    context.route("http://site.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    found = problems_of(open_tab(context), "http://site.test/")
    context.close()
    assert [problem.removeprefix("http://site.test/: ").split(": ")[:2] for problem in found] == [
        ["dark, 375 px", "color-contrast"],
        ["light, 320 px", "button-name"],
        ["light, 320 px", "it scrolls sideways"],
        ["dark, 1280 px", "color-contrast"],
        ["It is broken."],
    ]
