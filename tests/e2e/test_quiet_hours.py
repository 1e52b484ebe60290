"""Quiet hours in Chromium and a mail server: no toast while they last, and one e-mail when they end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.steps import join, make_note, send_note
from tests.servers import wait_until
from tests.smtp_sink import Received

pytestmark = pytest.mark.e2e

MINUTE = timedelta(minutes=1)


def be_quiet_for_a_moment(page: Page) -> datetime:
    """From a while ago until a minute that is about to begin; gives the end."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    end = (now + timedelta(seconds=45)).replace(second=0, microsecond=0) + MINUTE
    page.goto("/notifications/settings/")
    page.get_by_label("A task finished: E-mail").select_option("At once")
    page.get_by_label("Have quiet hours").check()
    page.get_by_label("From").fill(f"{now - 60 * MINUTE:%H:%M}")
    page.get_by_label("Until").fill(f"{end:%H:%M}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.get_by_label("Until")).to_have_value(f"{end:%H:%M}")
    expect(page.get_by_label("A task finished: E-mail")).to_have_value("now")
    return end


def digests(site: Site, name: str) -> list[Received]:
    mails = [mail for mail in site.sink.messages() if mail.to == [f"{name}@example.com"]]
    return [mail for mail in mails if "while it was quiet" in mail.subject]


def test_what_comes_in_quiet_hours_waits_for_one_email_at_their_end(page: Page, site: Site) -> None:
    name = join(page, site)
    end = be_quiet_for_a_moment(page)
    for title in ("Garden party", "Bicycle tour"):
        page.goto(make_note(site, name, title, "Come on **Sunday**."))
        send_note(page, title, ["guest@example.net"])
        expect(page.get_by_text("1 sent").first).to_be_visible()
    expect(page.get_by_role("link", name="Notifications, 2 unread")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    assert digests(site, name) == []

    seconds = (end - datetime.now(end.tzinfo)).total_seconds() + 20
    wait_until(lambda: digests(site, name), seconds)
    [digest] = digests(site, name)
    assert digest.subject == "2 notifications while it was quiet"
    assert digest.message["Date"].datetime >= end
    page.goto(link_to("Garden party", digest))
    page.wait_for_url("**/tasks/runs/*/")


def link_to(title: str, digest: Received) -> str:
    text = digest.message.get_body(("plain",))
    assert text is not None
    words = text.get_content().split(title)[1].split()
    return str(next(word for word in words if word.startswith("http")))
