"""Two people who see each other come and go in Chromium, on a list that stays open."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django import Settings

from accounts.models import User
from notifications.live.publisher import Publisher
from tests.e2e.live.conftest import Visit
from tests.notifications.presence import GRACE, IN_TIME, impatient_web, use_presence_of
from tests.notifications.processes import publishing_over
from tests.servers import ValkeyServer, valkey_server
from tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PEOPLE = "/notifications/people/"
LIVE = IN_TIME * 1000
GONE = (GRACE + IN_TIME) * 1000


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    """One that knows of nobody yet."""
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    with impatient_web(tmp_path_factory.mktemp("web"), valkey, with_files=True) as processes:
        yield processes


@pytest.fixture(autouse=True)
def publisher(
    valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    with publishing_over(valkey, settings, monkeypatch) as publisher:
        use_presence_of(valkey, settings)
        yield publisher


def open_list(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(PEOPLE)
    return page


def names_on(page: Page) -> Locator:
    return page.get_by_role("region", name="Online now").get_by_role("heading", level=3)


def test_two_people_see_each_other_come_and_go(visit: Visit, owner: User, friend: User) -> None:
    mine = open_list(visit(owner))
    names = names_on(mine)
    expect(names).to_have_text(["owner (you)"], timeout=LIVE)
    theirs = visit(friend)
    page = theirs.new_page()
    page.goto("/about/")
    expect(names).to_have_text(["friend", "owner (you)"], timeout=LIVE)
    page.goto(PEOPLE)
    expect(page.get_by_text("owner", exact=True)).to_be_visible()
    page.goto("/notes/")
    page.goto("/")
    expect(names).to_have_text(["friend", "owner (you)"])
    page.close()
    expect(names).to_have_text(["owner (you)"], timeout=GONE)
    theirs.new_page().goto("/")
    expect(names).to_have_text(["friend", "owner (you)"], timeout=LIVE)


def test_who_hides_vanishes_from_open_lists_and_comes_back(visit: Visit, owner: User, friend: User) -> None:
    mine, theirs = open_list(visit(owner)), open_list(visit(friend))
    names = names_on(theirs)
    expect(names).to_have_text(["friend (you)", "owner"], timeout=LIVE)
    switch = mine.get_by_role("switch", name="Show when I am online")
    expect(switch).to_be_checked()
    switch.press("Space")
    expect(switch).not_to_be_checked()
    expect(mine.get_by_text("hidden from others")).to_be_visible()
    expect(names).to_have_text(["friend (you)"], timeout=LIVE)
    switch.click()
    expect(switch).to_be_checked()
    expect(names).to_have_text(["friend (you)", "owner"], timeout=LIVE)


def test_the_usercode_of_who_came_while_the_list_was_open_is_copied(
    visit: Visit, owner: User, friend: User
) -> None:
    mine = visit(owner)
    mine.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_list(mine)
    visit(friend).new_page().goto("/about/")
    copy = page.get_by_role("button", name="Usercode of friend: Copy")
    copy.click(timeout=10_000)
    expect(page.get_by_role("button", name="Usercode of friend: Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == friend.usercode_grouped


def test_a_list_says_when_it_cannot_tell_and_mends_itself(
    visit: Visit, owner: User, valkey: ValkeyServer
) -> None:
    page = open_list(visit(owner))
    expect(page.get_by_text("owner (you)")).to_be_visible()
    valkey.kill()
    words = page.get_by_text("cannot be told at the moment")
    expect(words).to_be_visible(timeout=30_000)
    valkey.start()
    expect(page.get_by_text("owner (you)")).to_be_visible(timeout=30_000)
    expect(words).to_have_count(0)
