"""How somebody deletes their account, and what is left of them."""

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts import traces
from tests.e2e.second_factors import confirm


def delete_account(page: Page, name: str) -> None:
    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Delete account").click()
    confirm(page)
    expect(page.get_by_role("heading", name="What goes")).to_be_visible()
    expect(page.get_by_text("1 note", exact=True)).to_be_visible()
    field = page.get_by_label("to confirm")
    field.fill("somebody")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This is not your username.")).to_be_visible()
    field.fill(name)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()


def key_of(name: str) -> int:
    return User.objects.get(username=name).pk


def traces_of(key: int, words: list[str]) -> list[str]:
    """The columns, of any table, in which something is found of somebody."""
    return sorted(traces.in_tables(key, words))
