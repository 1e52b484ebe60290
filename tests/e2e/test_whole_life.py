"""An account from its first page to its last: sign-up, second factors, sessions, and nothing left of it."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.second_factors import code_now
from tests.e2e.api_tokens import go_to_new_token, make_token, status_with
from tests.e2e.conftest import PATIENCE, Site
from tests.e2e.leaving import delete_account, key_of, traces_of
from tests.e2e.second_factors import add_passkey, log_out, plug_in_device, switch_on_app, type_code
from tests.e2e.sessions import PHONE, expect_thrown_out, log_phone_out, opened
from tests.e2e.steps import add_reminder, send_note, sign_up, type_password, write_note
from tests.servers import wait_until

pytestmark = pytest.mark.e2e

NewContext = Callable[..., BrowserContext]
SECRET = "quicksilverish"
TRACES = {  # some of them, each of something else that was done
    "account_emailaddress.email",
    "accounts_user.username",
    "api_token.name",
    "mfa_authenticator.user_id",
    "notes_note.body",
    "notifications_notification.user_id",
    "tasks_task.title",
    "usersessions_usersession.user_id",
}


@pytest.fixture
def new_context(browser: Browser, site: Site) -> Iterator[NewContext]:
    """By the site's name, since passkeys are kept for names alone."""
    with contextlib.ExitStack() as stack:

        def make(**options: str) -> BrowserContext:
            url = site.url.replace("127.0.0.1", "localhost")
            context = browser.new_context(base_url=url, **options)  # type: ignore[arg-type]
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            return context

        yield make


@pytest.fixture
def context(new_context: NewContext) -> BrowserContext:
    return new_context()


@pytest.fixture
def phone(new_context: NewContext) -> BrowserContext:
    return new_context(user_agent=PHONE)


def test_from_sign_up_by_app_and_passkey_to_the_end(page: Page, phone: BrowserContext, site: Site) -> None:
    plug_in_device(page)
    name = sign_up(page, site)
    write_note(page, "Keys", SECRET)
    note = page.url
    send_note(page, "Keys", ["guest@example.org"])
    add_reminder(page, f"tomorrow 9am {SECRET}")

    app, _ = switch_on_app(page)
    add_passkey(page, f"Computer, {SECRET}", confirmed=True)
    log_out(page, name)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("banner")).to_contain_text(name)

    on_phone = phone.new_page()
    type_password(on_phone, name)
    type_code(on_phone, code_now(app))
    expect(on_phone.get_by_role("banner")).to_contain_text(name)
    go_to_new_token(on_phone)
    program = make_token(on_phone, f"Backups of {SECRET}")
    assert status_with(program, site) == 200

    open_note = opened(phone, note, SECRET)
    log_phone_out(page)
    expect_thrown_out(open_note, SECRET)

    key, words = site.shell.call(key_of, name), [name, SECRET]
    wait_until(lambda: set(site.shell.call(traces_of, key, words)) >= TRACES, 20)
    delete_account(page, name)
    wait_until(lambda: site.shell.call(traces_of, key, words) == [], 20)
    assert status_with(program, site) == 401
    last_letter = [mail.subject for mail in site.sink.messages() if mail.to == [f"{name}@example.com"]][-1]
    assert last_letter == "Your account was deleted"
