"""Markdown to HTML that is safe to show: on our pages and in other people's mail."""

import html
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import linkify
from markdown_it.token import Token

LONGEST_LINK = 1000
ENDLESS_WORD = re.compile(rf"\S{{{LONGEST_LINK}}}")
SCHEMES = {"http", "https", "mailto", "tel"}
TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}


def render(source: str) -> SafeString:
    """The HTML of Markdown text, holding nothing but plain formatting and links with safe schemes."""
    return mark_safe(_for_pages.clean(_markdown.render(source)))  # noqa: S308 - what the cleaner is for


def render_for_mail(source: str) -> SafeString:
    """The same with the few styles that mail programs need to be told element by element."""
    return mark_safe(_for_mail.clean(_markdown.render(source)))  # noqa: S308 - what the cleaner is for


def _lower_headings(state: StateCore) -> None:
    """The page's own heading is the first; a note's begin with the second."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"


def _image(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """An image becomes a link: to fetch it unasked would tell its server who reads, and when."""
    token = tokens[index]
    address = str(token.attrs.get("src", ""))
    words = renderer.renderInlineAsText(token.children, options, env) or address
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def _keep_absolute(tag: str, name: str, value: str) -> str | None:
    """Drop links that lead nowhere from within a mail."""
    if name != "href":
        return value
    return value if urlsplit(value).scheme.lower() in SCHEMES else None


class _Linkify(LinkifyIt):  # type: ignore[misc]
    """Leaves endless words alone: looking for links takes time that grows with the square of a word."""

    def pretest(self, text: str) -> bool:
        return bool(super().pretest(text)) and not ENDLESS_WORD.search(text)


def _linkify_nearby(state: StateInline, silent: bool) -> bool:
    """The rule of markdown-it, which reads all text before and after again at each colon."""
    if len(state.pending) > LONGEST_LINK or ENDLESS_WORD.match(state.src, state.pos):
        return False
    return linkify(state, silent)


def _make_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True})
    markdown.linkify = _Linkify()
    markdown.enable(["table", "strikethrough", "linkify"])
    markdown.inline.ruler.at("linkify", _linkify_nearby)
    markdown.core.ruler.push("lower_headings", _lower_headings)
    markdown.add_render_rule("image", _image)
    return markdown


def _make_cleaner(fixed: dict[str, dict[str, str]]) -> nh3.Cleaner:
    """`fixed`: attributes that elements get from us, whatever was written."""
    return nh3.Cleaner(
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        attribute_filter=_keep_absolute,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
        set_tag_attribute_values=fixed,
    )


_CELL = {"style": "border:1px solid #8886;padding:6px 10px;text-align:left;"}
_MAIL_STYLES = {
    "table": {"style": "border-collapse:collapse;"},
    "th": _CELL,
    "td": _CELL,
    "pre": {"style": "background:#8882;border-radius:8px;padding:12px;overflow-x:auto;"},
    "blockquote": {"style": "border-left:3px solid #8886;margin-left:0;padding-left:16px;"},
}
_markdown = _make_markdown()
_for_pages = _make_cleaner({"pre": {"tabindex": "0"}})  # what scrolls must be reachable by keyboard
_for_mail = _make_cleaner(_MAIL_STYLES)
