"""Every page, in light and dark, on a desk and on a phone: usable by everybody, whole, no complaints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.api_tokens import go_to_new_token, make_token
from tests.e2e.conftest import PATIENCE, Site
from tests.e2e.looks import DESK, PHONES, Look, nothing, open_tab, problems_of
from tests.e2e.second_factors import add_passkey, confirm, plug_in_device, switch_on_app, type_code
from tests.e2e.steps import add_reminder, join, let_in, make_staff, type_password, write_note
from tests.servers import wait_until

pytestmark = pytest.mark.e2e

OUTSIDE = [
    "/",
    "/about/",
    "/accounts/login/",
    "/accounts/login/?ended=&next=/notes/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/deleted/",
    "/no-such-page/",
]
INSIDE = [
    "/",
    "/notes/",
    "/notes/?q=nothing+is+called+so",
    "/notes/?tag=Shop+around+the+corner",
    "/notes/?q=food&tag=food",
    "/notes/new/",
    "/notes/tags/",
    "{tag}",
    "{tag}delete/",
    "{note}",
    "{note}edit/",
    "{note}delete/",
    "{note}email/",
    "/reminders/",
    "/reminders/?show=paused",
    "/reminders/?show=past",
    "/reminders/new/",
    "/reminders/new/?quick=next+Friday",
    "/reminders/zone/",
    "{reminder}",
    "{reminder}edit/",
    "{reminder}delete/",
    "{done}",
    "{snooze}",
    "/tasks/",
    "/reminders/calendar/",
    "/notifications/",
    "/notifications/people/",
    "/notifications/people/?q=nobody+is+called+so",
    "/notifications/settings/",
    "{unsubscribe}",
    "/notifications/?show=unread",
    "/notifications/?show=archive",
    "/accounts/profile/",
    "/accounts/sessions/",
    "/accounts/email/",
    "/accounts/password/change/",
]
CONFIRMING = [
    "/accounts/reauthenticate/?next=/accounts/2fa/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/webauthn/reauthenticate/",
]
SECOND_FACTOR_OFF = [
    "/accounts/delete/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
]
SECOND_FACTOR_ON = [
    "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/",
    "{passkey}edit/",
    "{passkey}remove/",
]
FOR_STAFF = [
    "/notifications/broadcasts/",
    "/notifications/broadcasts/new/",
    "{coming}",
    "{coming}edit/",
    "{coming}delete/",
    "{shown}",
    "{shown}retraction/",
    "{shown}delete/",
    "{announcement}",
]


@pytest.fixture(scope="module")
def member(browser: Browser, site: Site) -> dict[str, str]:
    """Somebody with a note, as the pages inside need one."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    name = join(page, site)
    write_note(
        page,
        "Shopping",
        "# Food\n\n- bread\n- a [link](https://example.com/)\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    )
    note = page.url.removeprefix(site.url)
    tag = add_tags(page)
    reminder = add_reminders(page)
    links = {label.lower(): link_in_mail(site, name, label) for label in ("Done", "Snooze", "Unsubscribe")}
    move_to(page, "Asia/Tokyo")
    context.close()
    return {"name": name, "note": note, "tag": tag, "reminder": reminder, **links}


def add_tags(page: Page) -> str:
    """To the note that is open; gives the path of one of them."""
    page.goto(f"{page.url}edit/")
    page.get_by_role("combobox", name="Tags").fill(f"food, Shop around the corner, {'long' * 12}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".tags")).to_contain_text("food")
    page.goto("/notes/tags/")
    return page.get_by_role("link", name="Rename food").get_attribute("href") or ""


@pytest.fixture(scope="module")
def staff(browser: Browser, site: Site) -> dict[str, str]:
    """Somebody who broadcast something, and is about to."""
    context = browser.new_context(base_url=site.url)
    name = make_staff(site)
    let_in(context, site, name)
    page = context.new_page()
    shown = broadcast(page, "The site is away from noon to one, so please save your work before that")
    page.goto("/notifications/")
    page.locator(".notification").get_by_role("link").first.click()
    page.wait_for_url("**/announcements/*/")
    announcement = urlsplit(page.url).path
    coming = broadcast(page, "Backups", later=True)
    context.close()
    return {"name": name, "shown": shown, "coming": coming, "announcement": announcement}


def broadcast(page: Page, title: str, *, later: bool = False) -> str:
    """Gives the address of its page."""
    page.goto("/notifications/broadcasts/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill("Thank you for your patience. " * 20)
    page.get_by_label("Level").select_option("warning")
    if later:
        page.get_by_label("Later, or again and again").check()
        page.get_by_label("Repeat").select_option("Every day")
    page.get_by_role("button", name="Schedule" if later else "Broadcast now").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    return urlsplit(page.url).path


def add_reminders(page: Page) -> str:
    """One of each sort; gives the address of one that rang."""
    add_reminder(page, "every weekday at 8:30 talk about what everybody did, does and will do next")
    add_reminder(page, "every day at 9 paused")
    page.get_by_label("Choose paused").check()
    page.get_by_role("button", name="Pause", exact=True).click()
    add_reminder(page, "in 2 seconds feed the cat")
    page.get_by_role("region", name="Waiting for you").get_by_role("link", name="feed the cat").click()
    page.wait_for_url("**/reminders/*/")
    return urlsplit(page.url).path


def link_in_mail(site: Site, name: str, label: str) -> str:
    """The path of a link in the reminder's mail."""

    def link() -> str:
        mails = [mail for mail in site.sink.messages() if mail.to == [f"{name}@example.com"]]
        texts = [mail.message.get_body(("plain",)) for mail in mails if mail.subject == "feed the cat"]
        words = texts[0].get_content().split() if texts and texts[0] else [f"{label}:", ""]
        return urlsplit(words[words.index(f"{label}:") + 1]).path

    return wait_until(link, 20)


def move_to(page: Page, time_zone: str) -> None:
    """To another time zone, so that there is a question about it."""
    page.goto("/accounts/profile/")
    page.get_by_label("Time zone").first.fill(time_zone)
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_load_state("networkidle")


@dataclass
class Cautious:
    """Somebody with an app and a passkey."""

    name: str
    recovery_codes: list[str]
    passkey: str  # the beginning of its pages' addresses


@pytest.fixture(scope="module")
def cautious(browser: Browser, site: Site) -> Cautious:
    context = browser.new_context(base_url=site.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    plug_in_device(page)
    name = join(page, site)
    _, recovery_codes = switch_on_app(page)
    add_passkey(page, "A computer with a long name, to be seen on phones", confirmed=True)
    page.goto("/accounts/2fa/webauthn/")
    rename = page.get_by_role("link", name="Rename").get_attribute("href") or ""
    context.close()
    return Cautious(name, recovery_codes, rename.removesuffix("edit/"))


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield open_tab(context)
    context.close()


@pytest.fixture
def inside(tab: Page, site: Site, member: dict[str, str]) -> Page:
    """The member's tab."""
    let_in(tab.context, site, member["name"])
    return tab


@pytest.fixture(params=[DESK, PHONES], ids=["desk", "phones"])
def looks(request: pytest.FixtureRequest) -> list[Look]:
    """Where something is done on the page, it is done in each."""
    looks: list[Look] = request.param
    return looks


def test_pages_outside(tab: Page) -> None:
    assert [problem for path in OUTSIDE for problem in problems_of(tab, path)] == []


def test_pages_inside(inside: Page, member: dict[str, str]) -> None:
    assert [problem for path in INSIDE for problem in problems_of(inside, path.format(**member))] == []


def test_pages_of_the_second_factor_while_it_is_off(inside: Page) -> None:
    confirm_at_once(inside)
    assert [problem for path in SECOND_FACTOR_OFF for problem in problems_of(inside, path)] == []


def confirm_at_once(page: Page) -> None:
    """Before anything is opened that asks for the password."""
    page.goto(CONFIRMING[0])
    confirm(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()


def test_pages_of_the_second_factor_while_it_is_on(tab: Page, cautious: Cautious) -> None:
    type_password(tab, cautious.name)
    expect(tab.get_by_role("heading", name="One more step")).to_be_visible()
    found = problems_of(tab, "/accounts/2fa/authenticate/")
    type_code(tab, cautious.recovery_codes.pop())
    expect(tab.get_by_role("banner")).to_contain_text(cautious.name)
    found += [problem for path in CONFIRMING for problem in problems_of(tab, path)]
    confirm_at_once(tab)
    for path in SECOND_FACTOR_ON:
        found += problems_of(tab, path.format(passkey=cautious.passkey))
    assert found == []


@pytest.fixture
def for_staff(tab: Page, site: Site, staff: dict[str, str]) -> Page:
    """The tab of staff."""
    let_in(tab.context, site, staff["name"])
    return tab


def test_pages_for_staff(for_staff: Page, staff: dict[str, str]) -> None:
    paths = [path.format(**staff) for path in FOR_STAFF]
    assert [problem for path in paths for problem in problems_of(for_staff, path)] == []


def ask_for_everything(page: Page) -> None:
    page.get_by_label("Chosen users", exact=True).first.check()
    page.get_by_label("Later, or again and again").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Name at least one.")).to_be_visible()


def show_how_it_looks(page: Page) -> None:
    page.get_by_label("Title").fill("Backups")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="How it looks")).to_be_visible()


@pytest.mark.parametrize("act", [ask_for_everything, show_how_it_looks])
def test_the_form_of_a_broadcast_in_use(
    for_staff: Page, looks: list[Look], act: Callable[[Page], None]
) -> None:
    assert problems_of(for_staff, "/notifications/broadcasts/new/", act, looks) == []


def choose_what_cannot_be(page: Page) -> None:
    page.get_by_label("Have quiet hours").check()
    page.get_by_label("From").fill("07:00")
    page.get_by_label("Until").fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Give another time than that at which they begin.")).to_be_visible()


def test_the_page_of_wishes_with_something_wrong(inside: Page, looks: list[Look]) -> None:
    assert problems_of(inside, "/notifications/settings/", choose_what_cannot_be, looks) == []


def type_a_line(line: str, words: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_label("Remind me").fill(line)
        expect(page.locator("[data-understood]")).to_contain_text(words)

    return act


def open_what_opens(page: Page) -> None:
    page.get_by_text("Snooze").first.click()
    expect(page.get_by_role("button", name="1 hour").first).to_be_visible()


def repeat_by_weeks(page: Page) -> None:
    page.locator("[name=when-repeat]").select_option("weekly")
    page.locator("[name=when-date]").fill("2050-03-26")
    page.locator("[name=when-time]").fill("02:30")
    expect(page.locator("[data-preview] .preview__firing")).to_have_count(5)


def test_pages_of_reminders_in_use(inside: Page, looks: list[Look]) -> None:
    in_use: list[tuple[str, Callable[[Page], None]]] = [
        ("/", type_a_line("every second Tuesday at noon water the plants", "Enter saves it.")),
        ("/reminders/", type_a_line("next Friday lunch", "Which day is “next Friday”?")),
        ("/reminders/", type_a_line("tomorrow", "Say what you want to be reminded of, too.")),
        ("/reminders/", open_what_opens),
        ("/reminders/new/", repeat_by_weeks),
    ]
    assert [problem for path, act in in_use for problem in problems_of(inside, path, act, looks)] == []


def type_something(page: Page) -> None:
    page.get_by_label("Body").fill("- brown bread\n- *milk*")
    expect(page.locator("#preview, [data-show=preview]").locator("visible=true").first).to_be_visible()
    page.locator("[data-keys] summary").click()
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()


def see_what_differs(page: Page) -> None:
    """Somebody else saves while it is edited; what was typed before is offered back to them."""
    page.get_by_label("Title").fill(f"Shopping {page.viewport_size}")
    page.get_by_role("combobox", name="Tags").fill(f"{page.viewport_size}")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Body").fill(f"- white bread {page.evaluate('Date.now()')}")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator("article")).to_contain_text("white bread")
    other.close()
    expect(page.get_by_text("This note was changed elsewhere.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()


def be_offered_a_draft(page: Page) -> None:
    expect(page.get_by_role("region", name="Unsaved changes")).to_be_visible()


def test_pages_of_notes_in_use(inside: Page, member: dict[str, str], looks: list[Look]) -> None:
    in_use: list[tuple[str, Callable[[Page], None]]] = [
        (member["note"], lambda page: page.locator("[data-keys] summary").click()),
        (f"{member['note']}edit/", type_something),
        (f"{member['note']}edit/", be_offered_a_draft),
        (f"{member['note']}edit/", see_what_differs),
    ]
    assert [problem for path, act in in_use for problem in problems_of(inside, path, act, looks)] == []


def make_one(page: Page) -> None:
    make_token(page, "The program that backs up my notes every night, and tells me how it went")


def leave_out_what_is_needed(page: Page) -> None:
    page.get_by_label("Expires").select_option("After a date")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Choose the last day on which it lets in.")).to_be_visible()


def test_pages_of_api_tokens(inside: Page, looks: list[Look]) -> None:
    found = problems_of(inside, "/accounts/tokens/", looks=looks)
    go_to_new_token(inside)
    for act in (nothing, leave_out_what_is_needed, make_one):
        found += problems_of(inside, "/accounts/tokens/new/", act, looks)
    found += problems_of(inside, "/accounts/tokens/", looks=looks)
    inside.goto("/accounts/tokens/")
    revoke = inside.get_by_role("link", name="Revoke").first.get_attribute("href") or ""
    assert found + problems_of(inside, revoke, looks=looks) == []
