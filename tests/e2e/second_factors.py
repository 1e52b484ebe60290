"""What people do with second factors, and a device that keeps passkeys, plugged into a tab."""

from playwright.sync_api import CDPSession, Page, expect

from tests.accounts.second_factors import code_now
from tests.factories import PASSWORD


def plug_in_device(page: Page) -> CDPSession:
    """It answers by itself, as if its owner touched it and looked at it."""
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return session


def go_to_second_factor(page: Page) -> None:
    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Second factor").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()


def confirm(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def switch_on_app(page: Page) -> tuple[str, list[str]]:
    """Gives the secret in the app, and the recovery codes."""
    go_to_second_factor(page)
    page.get_by_role("link", name="App with codes").click()
    confirm(page)
    expect(page.get_by_role("img", name="QR code with the secret")).to_be_visible()
    secret = page.locator(".secret__text").inner_text()
    page.get_by_label("Type the code that it shows now").fill(code_now(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("The app is switched on.")).to_be_visible()
    return secret, page.get_by_role("list", name="Unused codes").get_by_role("listitem").all_inner_texts()


def add_passkey(page: Page, name: str, *, confirmed: bool = False) -> None:
    """`confirmed`: who has just switched on the app need not type their password again."""
    go_to_second_factor(page)
    page.get_by_role("link", name="Passkeys").click()
    if not confirmed:
        confirm(page)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def log_out(page: Page, name: str) -> None:
    page.get_by_role("banner").get_by_text(name).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code of your app, or a recovery code").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()
