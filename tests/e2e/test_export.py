"""One's notes are exported with a press, watched as they go, and taken home."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from notes.models import Note
from tests.e2e.conftest import Site
from tests.e2e.steps import join, make_note
from tests.notes.exports import read_zip

pytestmark = pytest.mark.e2e

MANY = 8_000


def add_notes(name: str) -> None:
    """So many that one can watch them being exported."""
    user = User.objects.get(username=name)
    notes = (Note(owner=user, title=f"Note {number}", body="word " * 200) for number in range(MANY))
    Note.objects.bulk_create(notes, batch_size=1000)


def values_until_downloadable(page: Page) -> list[int]:
    """The values the bar takes, as somebody sees it who looks all the time, until there is a download."""
    bar, link = page.locator("progress").first, page.get_by_role("link", name="Download")
    seen: list[int] = []
    while not link.is_visible():
        value = int(float(bar.get_attribute("value") or 0)) if bar.count() else 0
        if not seen or value != seen[-1]:
            seen.append(value)
        page.wait_for_timeout(50)  # the eye's own pace, not a wait for something
    return seen


def test_the_bar_is_watched_and_the_zip_holds_the_notes(page: Page, site: Site, tmp_path: Path) -> None:
    name = join(page, site)
    make_note(site, name, "Garden party", "Come on **Sunday**.")
    site.shell.call(add_notes, name)
    page.goto("/notes/")
    page.get_by_role("button", name="Export").click()
    page.wait_for_url("**/tasks/runs/*/")
    seen = values_until_downloadable(page)
    assert len(seen) > 3, seen
    assert seen == sorted(seen)

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").click()
    downloaded = downloading.value
    assert downloaded.suggested_filename.startswith("clock-work-notes-")
    downloaded.save_as(tmp_path / "notes.zip")
    texts = read_zip((tmp_path / "notes.zip").read_bytes())
    assert len(texts) == MANY + 1
    assert "Come on **Sunday**." in texts["Garden party.md"]


def test_its_notification_leads_to_the_download(page: Page, site: Site) -> None:
    make_note(site, join(page, site), "Garden party", "Come on **Sunday**.")
    page.goto("/notes/")
    page.get_by_role("button", name="Export").click()
    expect(page.locator("#toasts")).to_contain_text("Export of notes finished: 1 note")
    page.goto("/notifications/")
    page.get_by_role("link", name="Export of notes finished").first.click()
    page.wait_for_url("**/tasks/runs/*/")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
