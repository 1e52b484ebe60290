"""What a live fragment does to a page that somebody is using: what stays the same stays the same element."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e
MODULE = Path(__file__).parents[2] / "static" / "js" / "lib" / "morph.js"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route(
        "http://site.test/", lambda route: route.fulfill(body="<main></main>", content_type="text/html")
    )
    page.route(
        "http://site.test/morph.js", lambda route: route.fulfill(path=MODULE, content_type="text/javascript")
    )
    yield page
    page.close()


@pytest.fixture
def page(tab: Page) -> Page:
    """A new document for each test."""
    tab.goto("http://site.test/")
    tab.evaluate("import('/morph.js').then(({ morph }) => (window.morph = morph))")
    return tab


def show(page: Page, html: str) -> None:
    """The page as the server made it; its elements are remembered."""
    page.evaluate(
        """html => {
            window.main = document.querySelector("main");
            main.innerHTML = html;
            window.before = [...main.querySelectorAll("*")];
        }""",
        html,
    )


def morph(page: Page, html: str) -> None:
    page.evaluate("html => morph(main, html)", html)
    wanted = page.evaluate(
        "html => { const it = document.createElement('main'); it.innerHTML = html; return it.innerHTML; }",
        html,
    )
    assert page.evaluate("main.innerHTML").replace(' open=""', "") == wanted.replace(' open=""', "")


def is_kept(page: Page, selector: str) -> Any:
    """Whether the element found now was there before."""
    return page.evaluate("selector => before.includes(main.querySelector(selector))", selector)


def test_a_bar_moves_and_is_not_replaced(page: Page) -> None:
    show(page, '<div><progress max="25" value="3"></progress><span>3 of 25</span></div>')
    morph(page, '<div><progress max="25" value="9"></progress><span>9 of 25</span></div>')
    assert is_kept(page, "progress")
    assert page.evaluate("main.querySelector('progress').value") == 9


def test_a_bar_survives_words_that_come_and_go_around_it(page: Page) -> None:
    show(page, "<p>Waiting</p><progress></progress>")
    morph(page, "<progress></progress><b>Soon</b>")
    assert is_kept(page, "progress")
    morph(page, "<i>Now</i><p>Really</p><progress></progress>")
    assert is_kept(page, "progress")


def test_what_somebody_opened_stays_open(page: Page) -> None:
    show(page, "<details><summary>More</summary><p>1</p></details>")
    page.locator("summary").click()
    morph(page, "<details><summary>More</summary><p>2</p></details>")
    assert page.evaluate("main.querySelector('details').open")


def test_the_focus_stays_even_on_what_moves(page: Page) -> None:
    show(page, '<ul><li id="a"><button>A</button></li><li id="b"><button>B</button></li></ul>')
    page.locator("#b button").focus()
    morph(page, '<ul><li id="b"><button>B</button></li><li id="a"><button>A</button></li></ul>')
    assert page.evaluate("document.activeElement.textContent") == "B"


def test_what_is_being_typed_stays(page: Page) -> None:
    show(page, '<form><input name="name" value=""><p>1</p></form>')
    page.locator("input").press_sequentially("Ada")
    page.evaluate("html => morph(main, html)", '<form><input name="name" value="x"><p>2</p></form>')
    assert page.locator("input").input_value() == "Ada"
    assert page.locator("p").inner_text() == "2"


def test_rows_are_told_apart_by_their_ids(page: Page) -> None:
    show(page, '<ul>\n<li id="a">A</li>\n<li id="b">B</li>\n<li id="c">C</li>\n</ul>')
    morph(page, '<ul>\n<li id="new">New</li>\n<li id="a">A</li>\n<li id="c">C, changed</li>\n</ul>')
    assert is_kept(page, "#a")
    assert is_kept(page, "#c")
    assert not is_kept(page, "#new")


def test_attributes_come_and_go(page: Page) -> None:
    show(page, '<p class="a" data-old="1" hidden>x</p>')
    morph(page, '<p class="b" data-new="2">x</p>')
    assert is_kept(page, "p")


def test_the_same_again_changes_nothing(page: Page) -> None:
    html = '<ul><li id="a">A <b>b</b></li></ul><!-- note --><p>text</p> tail'
    show(page, html)
    page.evaluate(
        """() => {
            window.changes = [];
            new MutationObserver((records) => changes.push(...records))
                .observe(main, { subtree: true, childList: true, attributes: true, characterData: true });
        }"""
    )
    morph(page, html)
    assert page.evaluate("Promise.resolve().then(() => changes.length)") == 0


@pytest.mark.parametrize(
    "html", ["", "just text", "<p>one</p>", "<i></i><b></b><i></i>", "<b></b><b></b><i></i>"]
)
@pytest.mark.parametrize("before", ["", "<p>x</p>text", "<b></b><i></i><b id='k'></b>", "<!-- a --><p></p>"])
def test_whatever_was_there_becomes_what_is_wanted(page: Page, before: str, html: str) -> None:
    show(page, before)
    morph(page, html)


def test_scripts_and_handlers_of_fetched_content_do_not_run(page: Page) -> None:
    show(page, "<p></p>")
    morph(page, "<script>window.ran = 1</script><p></p>")
    assert page.evaluate("window.ran") is None


def test_what_fetches_itself_lazily_keeps_its_children(page: Page) -> None:
    show(page, '<live-fragment src="/7/" lazy><button>Done</button></live-fragment>')
    page.evaluate("morph(main, '<p>New</p><live-fragment src=\"/7/\" lazy></live-fragment>')")
    assert is_kept(page, "button")


def test_what_is_fetched_from_elsewhere_now_begins_anew(page: Page) -> None:
    show(page, '<live-fragment src="/7/" lazy><button>Done</button></live-fragment>')
    morph(page, '<live-fragment src="/8/" lazy=""></live-fragment>')
