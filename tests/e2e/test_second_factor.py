"""Besides the password: an app, recovery codes, passkeys; and staff, who need one of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.second_factors import code_now
from tests.e2e.conftest import PATIENCE, Site
from tests.e2e.second_factors import add_passkey, log_out, plug_in_device, switch_on_app, type_code
from tests.e2e.steps import join, make_staff, type_password
from tests.stack import Stack, stack

pytestmark = pytest.mark.e2e


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """By its name, since passkeys are kept for names alone."""
    context = browser.new_context(base_url=site.url.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def expect_to_be(page: Page, name: str) -> None:
    expect(page.get_by_role("banner")).to_contain_text(name)


def test_the_app_lets_in_and_each_recovery_code_once(page: Page, site: Site) -> None:
    name = join(page, site)
    secret, recovery_codes = switch_on_app(page)
    assert len(recovery_codes) == 10
    log_out(page, name)
    type_password(page, name)
    type_code(page, "000000")
    expect(page.get_by_text("That is not right, or it was used already.")).to_be_visible()
    type_code(page, code_now(secret))
    expect_to_be(page, name)
    for code, lets_in in ((recovery_codes[0], True), (recovery_codes[0], False), (recovery_codes[1], True)):
        if page.get_by_role("banner").get_by_text(name).is_visible():
            log_out(page, name)
            type_password(page, name)
        type_code(page, code)
        if lets_in:
            expect_to_be(page, name)
        else:
            expect(page.get_by_text("That is not right, or it was used already.")).to_be_visible()


def test_the_recovery_codes_are_downloaded(page: Page, site: Site) -> None:
    name = join(page, site)
    _, recovery_codes = switch_on_app(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    text = download.value.path().read_text()
    assert re.findall(r"^\d{8}$", text, re.MULTILINE) == recovery_codes
    assert name in text


def test_a_passkey_lets_in_with_the_password_and_without(page: Page, site: Site) -> None:
    plug_in_device(page)
    name = join(page, site)
    add_passkey(page, "This computer")
    log_out(page, name)
    type_password(page, name)
    page.get_by_role("button", name="Use a passkey").click()
    expect_to_be(page, name)
    log_out(page, name)
    page.goto("/accounts/login/?next=/accounts/profile/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    expect_to_be(page, name)


def test_a_passkey_confirms_that_it_is_you_and_is_renamed_and_removed(page: Page, site: Site) -> None:
    plug_in_device(page)
    name = join(page, site)
    add_passkey(page, "This computer")
    log_out(page, name)
    type_password(page, name)
    page.get_by_role("button", name="Use a passkey").click()
    expect_to_be(page, name)
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Rename This computer").click()
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("textbox", name="Name").fill("The old computer")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove The old computer").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    log_out(page, name)
    type_password(page, name)
    expect_to_be(page, name)


def test_without_a_passkey_the_page_says_so(page: Page, site: Site) -> None:
    session = plug_in_device(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was used.")).to_be_visible()
    session.detach()


@pytest.fixture
def guarded(site: Site, tmp_path: Path) -> Iterator[Stack]:
    """The same site as it is where STAFF_NEED_SECOND_FACTOR is not set."""
    same = ("DATABASE_URL", "REDIS_URL", "EMAIL_HOST", "EMAIL_PORT", "STATIC_ROOT")
    environment = {name: site.processes.environment[name] for name in same}
    with stack(tmp_path, **environment) as processes:
        processes.start_web()
        yield processes


def test_staff_are_led_to_it_before_the_administration_opens(
    browser: Browser, site: Site, guarded: Stack
) -> None:
    name = make_staff(site)
    context = browser.new_context(base_url=guarded.url)
    page = context.new_page()
    type_password(page, name, path="/admin/")
    expect(
        page.get_by_text("its administration opens only to those who have a second factor")
    ).to_be_visible()
    secret, _ = switch_on_app(page)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    type_password(page, name, path="/admin/")
    type_code(page, code_now(secret))
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    context.close()
