"""The main job: a note is written, e-mailed to 25 people, and watched as it goes."""

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, make_note, send_note, sign_up, write_note

pytestmark = pytest.mark.e2e

PEOPLE = [f"guest{number}@example.net" for number in range(25)]


@pytest.fixture(autouse=True)
def slow_enough_to_watch(site: Site) -> Iterator[None]:
    site.sink.configure(pause=0.25)
    yield
    site.sink.configure(pause=0)


def values_until_done(page: Page) -> list[int]:
    """The values the bar takes, as somebody sees it who looks all the time, until it is at its end."""
    bar = page.locator("progress").first
    seen: list[int] = []
    while not seen or seen[-1] < len(PEOPLE):
        value = int(float(bar.get_attribute("value") or 0))
        if not seen or value != seen[-1]:
            seen.append(value)
        page.wait_for_timeout(50)  # the eye's own pace, not a wait for something
    return seen


def check_arrivals(site: Site, subject: str) -> None:
    mails = [message for message in site.sink.messages() if message.subject == subject]
    assert Counter(address for message in mails for address in message.to) == Counter(PEOPLE)


def check_the_end(page: Page, site: Site, subject: str) -> None:
    expect(page.locator("#toasts")).to_contain_text("25 sent")
    expect(page.get_by_role("link", name="Notifications")).to_contain_text("1")
    check_arrivals(site, subject)


def test_the_bar_is_watched_to_its_end_and_everybody_has_the_mail(page: Page, site: Site) -> None:
    sign_up(page, site)
    write_note(page, "Garden party", "Come on **Sunday**.")
    send_note(page, "Garden party", PEOPLE)
    seen = values_until_done(page)
    assert len(seen) > 3, seen
    assert seen == sorted(seen)
    check_the_end(page, site, "Garden party")
    expect(page.get_by_text(PEOPLE[0])).to_be_visible()


def test_the_bar_moves_with_web_sockets_blocked(page: Page, site: Site) -> None:
    page.route_web_socket("**/ws/", lambda socket: socket.close())
    page.goto(make_note(site, join(page, site), "Without a socket", "Come on Sunday."))
    send_note(page, "Without a socket", PEOPLE)
    seen = values_until_done(page)
    assert len(seen) > 3, seen
    check_arrivals(site, "Without a socket")


def test_the_bar_is_where_it_should_be_after_a_reload_and_in_a_second_tab(
    page: Page, context: BrowserContext, site: Site
) -> None:
    page.goto(make_note(site, join(page, site), "Reloaded", "Come on Sunday."))
    send_note(page, "Reloaded", PEOPLE)
    expect(page.locator("progress").first).not_to_have_attribute("value", "0")
    second = context.new_page()
    second.goto(page.url)
    page.reload()
    seen, seen_in_second = values_until_done(page), values_until_done(second)
    assert seen[0] > 0
    assert len(seen) > 3, seen
    assert seen_in_second[-1] == len(PEOPLE)
    check_the_end(page, site, "Reloaded")
    check_arrivals(site, "Reloaded")
