"""Somebody deletes their account, finds nothing left of it, and comes back as if they had never been here."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.e2e.conftest import Site
from tests.e2e.leaving import delete_account, key_of, traces_of
from tests.e2e.steps import add_reminder, confirmation_link, log_in, make_member, send_note, write_note
from tests.factories import PASSWORD
from tests.servers import wait_until

pytestmark = pytest.mark.e2e

SECRET = "quicksilverish"


def listen(socket: WebSocket, frames: list[object], closed: list[object]) -> None:
    socket.on("framereceived", lambda frame: frames.append(frame))  # noqa: PLW0108 - a built-in is not taken
    socket.on("close", lambda socket: closed.append(socket))  # noqa: PLW0108 - nor here


def look_at(page: Page) -> bool:
    """What happens on a page is told while one waits for something there."""
    page.wait_for_timeout(50)
    return True


def test_nothing_is_left_and_who_likes_comes_back(page: Page, browser: Browser, site: Site) -> None:
    name = make_member(site)  # who signs up again within minutes is not sent another letter
    log_in(page, name)
    address = f"{name}@example.com"
    write_note(page, "Garden", SECRET)
    send_note(page, "Garden", ["guest@example.org"])
    add_reminder(page, f"tomorrow 9am {SECRET}")
    key, words = site.shell.call(key_of, name), [name, SECRET]
    assert site.shell.call(traces_of, key, words)

    elsewhere = browser.new_context(base_url=site.url)
    other = elsewhere.new_page()
    log_in(other, name)
    frames: list[object] = []
    closed: list[object] = []
    other.on("websocket", lambda socket: listen(socket, frames, closed))
    other.goto("/notes/")
    wait_until(lambda: look_at(other) and frames, 20)
    delete_account(page, name)
    wait_until(lambda: look_at(other) and closed, 5)
    expect(other.get_by_role("heading", name="Log in")).to_be_visible()
    elsewhere.close()

    wait_until(lambda: site.shell.call(traces_of, key, words) == [], 20)
    subjects = [mail.subject for mail in site.sink.messages() if mail.to == [address]]
    assert subjects[-1] == "Your account was deleted"

    before = site.sink.count()
    page.goto("/accounts/signup/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/accounts/confirm-email/")
    wait_until(lambda: site.sink.count() > before, 20)
    page.goto(urlsplit(confirmation_link(site, address)).path)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("banner")).to_contain_text(name)
    page.goto("/notes/")
    expect(page.get_by_text("No notes yet")).to_be_visible()
