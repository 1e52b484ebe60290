"""What Markdown becomes on pages and in mail: formatting and links, never anything that acts."""

import re
from html.parser import HTMLParser
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.markdown import render
from notes.models import LONGEST_BODY

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>body{display:none}</style>",
    "<form action='https://evil.example'><input name=password></form>",
    "<a href='javascript:alert(1)'>x</a>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](https://example.org/x.png)',
    '[x](https://example.org "title\\" onmouseover=alert(1) x=\\"")',
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    'https://example.org/"><script>alert(1)</script>',
    "# <script>alert(1)</script>\n\n> <script>alert(1)</script>\n\n- <script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
]
HARMLESS_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}


class Harmless(HTMLParser):
    """Fails on any tag, attribute or link that could do more than show text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in HARMLESS_TAGS
        assert {name for name, _ in attrs} <= {"href", "title", "rel", "start", "tabindex"}
        href = dict(attrs).get("href")
        assert href is None or re.match(r"(https?|mailto|tel):", href)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment came through")


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_that_acts_comes_through(source: str) -> None:
    Harmless().feed(render(source))


@given(st.lists(st.sampled_from([*ATTACKS, "[", "](", ")", "<", ">", "`", "*", "|", "\n", '"', "&", "://"])))
def test_nothing_that_acts_comes_through_in_any_mixture(parts: list[str]) -> None:
    Harmless().feed(render("".join(parts)))


def test_the_check_above_sees_what_acts() -> None:
    with pytest.raises(AssertionError):
        Harmless().feed("<p><script>alert(1)</script></p>")
    with pytest.raises(AssertionError):
        Harmless().feed('<a href="javascript:alert(1)">x</a>')


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_plain_formatting_is_shown(source: str, html: str) -> None:
    assert render(source).strip() == html


def test_headings_stand_below_that_of_the_page() -> None:
    html = render("# one\n\n###### six")
    assert "<h2>one</h2>" in html
    assert "<h6>six</h6>" in html


def test_tables_are_shown() -> None:
    assert "<td>1</td>" in render("| a | b |\n|---|---|\n| 1 | 2 |")


def test_links_tell_nobody_where_the_reader_came_from() -> None:
    assert render("[x](https://example.org/?a=1&b=2)") == (
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener noreferrer">x</a></p>\n'
    )


def test_addresses_become_links_by_themselves() -> None:
    html = render("See https://example.org/a_b_c, www.example.org or write to me@example.org.")
    for address in ("https://example.org/a_b_c", "http://www.example.org", "mailto:me@example.org"):
        assert f'href="{address}"' in html


def test_an_image_is_shown_as_a_link_to_it() -> None:
    html = render("![The plan](https://example.org/plan.png)")
    assert "<img" not in html
    assert 'href="https://example.org/plan.png"' in html
    assert ">The plan</a>" in html


def test_links_into_our_own_pages_lead_nowhere() -> None:
    assert "href" not in render("[log out](/accounts/logout/) [me](//evil.example/)")


@pytest.mark.parametrize("part", ["http://a.", "(http://a.b/", "http://", "a@", "[", "<a ", "*a ", "&#"])
def test_text_made_to_take_long_does_not(part: str) -> None:
    began = monotonic()
    render(part * (LONGEST_BODY // len(part)))
    assert monotonic() - began < 15
