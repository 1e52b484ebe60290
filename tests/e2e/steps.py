"""What people do on the site, in the words of the pages."""

import re
from itertools import count
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.factories import PASSWORD
from tests.servers import wait_until

LINK = re.compile(r"https?://\S+/accounts/confirm-email/\S+")
_numbers = count(1)


def sign_up(page: Page, site: Site) -> str:
    """Make a new account and confirm its address by the link in the mail; gives its username."""
    name = f"person{next(_numbers)}"
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


def make_member(site: Site) -> str:
    """Somebody with an account, who was sent no mail; gives their username."""
    name = f"member{next(_numbers)}"
    make = f"from tests.factories import make_user; make_user('{name}', time_zone='Europe/Berlin')"
    site.processes.manage("shell", "-v0", "-c", make)
    return name


def make_staff(site: Site) -> str:
    """Somebody who may do everything; gives their username."""
    name = f"staff{next(_numbers)}"
    make = f"User.objects.create_superuser('{name}', '{name}@example.com', '{PASSWORD}')"
    site.processes.manage("shell", "-c", f"from accounts.models import User; {make}")
    return name
