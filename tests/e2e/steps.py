"""What people do on the site, in the words of the pages."""

import re
from collections.abc import Sequence
from itertools import count
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import people
from tests.e2e.conftest import Site
from tests.factories import PASSWORD
from tests.servers import wait_until

LINK = re.compile(r"https?://\S+/accounts/confirm-email/\S+")
ZONE = "Intl.DateTimeFormat().resolvedOptions().timeZone"
_numbers = count(1)


def join(page: Page, site: Site) -> str:
    """Somebody new is logged in here, as after `sign_up` but at once; gives their username."""
    name = make_member(site, time_zone=page.evaluate(ZONE))
    let_in(page.context, site, name)
    return name


def let_in(context: BrowserContext, site: Site, name: str) -> None:
    """They are logged in in this browser, as after `log_in` but at once."""
    cookie = site.shell.call(people.begin_session, name)
    urls = [site.url, site.url.replace("127.0.0.1", "localhost")]
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": url} for url in urls])


def new_name() -> str:
    """No part of anybody else's."""
    return f"person{next(_numbers):04}"


def sign_up(page: Page, site: Site) -> str:
    """Make a new account and confirm its address by the link in the mail; gives its username."""
    name = new_name()
    page.goto("/accounts/signup/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/accounts/confirm-email/")
    page.goto(urlsplit(confirmation_link(site, f"{name}@example.com")).path)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("banner")).to_contain_text(name)
    return name


def confirmation_link(site: Site, address: str) -> str:
    def link() -> str | None:
        mails = [message for message in site.sink.messages() if message.to == [address]]
        text = mails[-1].message.get_body(("plain",)) if mails else None
        found = LINK.search(text.get_content()) if text else None
        return found[0] if found else None

    return wait_until(link, 20) or ""


def log_in(page: Page, name: str, *, by: str = "") -> None:
    """Log in by username or, given in `by`, by e-mail address."""
    type_password(page, by or name)
    expect(page.get_by_role("banner")).to_contain_text(name)


def type_password(page: Page, login: str, *, path: str = "/accounts/login/") -> None:
    """As far as a second factor is asked for, if there is one."""
    page.goto(path)
    page.get_by_label("Username or e-mail address").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def write_note(page: Page, title: str, body: str) -> None:
    page.goto("/notes/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Body").fill(body)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def make_note(site: Site, name: str, title: str, body: str, tags: Sequence[str] = ()) -> str:
    """A note of theirs, as after `write_note` but at once; gives its address."""
    return site.url + site.shell.call(people.write_note, name, title, body, list(tags))


def send_note(page: Page, title: str, recipients: list[str]) -> None:
    """From the note's page: e-mail it to these people; ends where the bar is."""
    page.get_by_role("link", name="E-mail", exact=True).click()
    field = page.get_by_role("combobox", name="Recipients")
    field.click()
    page.keyboard.insert_text(", ".join(recipients))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Subject")).to_have_value(title)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("progress").first).to_be_visible()


def add_reminder(page: Page, line: str) -> None:
    """By quick add and the keyboard, once the page says how it understands the line."""
    page.goto("/reminders/")
    field = page.get_by_label("Remind me")
    field.fill(line)
    expect(page.get_by_text("Enter saves it.")).to_be_visible()
    field.press("Enter")
    expect(page.get_by_role("status").filter(has_text="You will be reminded of")).to_be_visible()


def make_member(site: Site, time_zone: str = "Europe/Berlin") -> str:
    """Somebody with an account, who was sent no mail; gives their username."""
    name = new_name()
    site.shell.call(people.make_person, name, time_zone)
    return name


def make_staff(site: Site) -> str:
    """Somebody who may do everything; gives their username."""
    name = f"staff{next(_numbers)}"
    site.shell.call(people.make_staff, name)
    return name
