"""Somebody gives themselves a picture, finds it where they are shown, and takes it away."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.accounts.pictures import plain
from tests.e2e.conftest import Site
from tests.e2e.steps import join

pytestmark = pytest.mark.e2e


def choose(page: Page, content: bytes) -> None:
    picture: FilePayload = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": content}
    page.get_by_label("Picture", exact=True).set_input_files(files=[picture])
    page.get_by_role("button", name="Upload").click()


def test_a_picture_is_uploaded_seen_in_the_header_and_on_people_and_removed(page: Page, site: Site) -> None:
    name = join(page, site)
    page.goto("/accounts/profile/")
    in_header = page.get_by_role("banner").locator("img.avatar")
    expect(page.get_by_role("banner").locator("span.avatar")).to_have_text(name[0])

    choose(page, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    expect(page.get_by_text("This is no picture that we can read")).to_be_visible()
    expect(in_header).to_have_count(0)

    choose(page, plain("JPEG"))
    expect(page.get_by_text("That is your picture now.")).to_be_visible()
    expect(in_header).to_have_js_property("naturalWidth", 256)

    page.goto("/notifications/people/")
    mine = page.get_by_role("listitem").filter(has_text="(you)").locator("img.avatar")
    expect(mine).to_have_js_property("naturalWidth", 256)

    page.goto("/accounts/profile/")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Your picture is removed.")).to_be_visible()
    expect(in_header).to_have_count(0)
