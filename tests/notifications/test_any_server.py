"""Pushing is the same on Daphne and on a server whose `send` waits; a browser that stalls harms nobody."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from notifications.door import notify, push
from notifications.live.admission import SIGNED_OUT
from notifications.live.flow import MOST_UNCONFIRMED
from notifications.live.hub import CANNOT_KEEP_UP, COME_BACK
from tests.notifications.processes import processes_over
from tests.notifications.stalled import Memory, StalledBrowser
from tests.notifications.tabs import HELLO, Tab, Tabs, cookie_of, session_of
from tests.servers import ValkeyServer
from tests.stack import WEB_SERVERS, Stack

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]
NEWS = {"topic": "run:7"}
BEAT_SECONDS = 2
STALLED = 20
MUCH = "x" * 40_000


@pytest.fixture(scope="module", params=WEB_SERVERS)
def web(
    request: pytest.FixtureRequest,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp(request.param)
    with processes_over(valkey, folder, PUSH_BEAT_SECONDS=str(BEAT_SECONDS)) as processes:
        processes.start_web(server=request.param)
        yield processes


@pytest.fixture(autouse=True)
def one_cache(settings: Settings, valkey: ValkeyServer) -> None:
    """Sessions that end here end in the web process, too."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": valkey.url}}


@pytest.fixture(autouse=True)
def no_noise(web: Stack) -> Iterator[None]:
    before = len(web.log("web"))
    yield
    noise = web.log("web")[before:]
    assert "Traceback" not in noise
    assert "ERROR" not in noise


def code_of_end(tab: Tab, timeout: float = 10) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        tab.next(timeout)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def all_that_comes(tab: Tab) -> int:
    """How many frames, up to the end of the line, without ever answering."""
    heard = 0
    with suppress(ConnectionClosed):
        while tab.socket.recv(timeout=10):
            heard += 1
    return heard


def test_hello_comes_first_and_then_what_is_pushed(tabs: Tabs, owner: User, stranger: User) -> None:
    tab, other = tabs.open(owner), tabs.greeted(stranger)
    assert tab.next() == HELLO
    push([owner.pk], NEWS)
    assert tab.next() == NEWS
    assert other.has_nothing(within=0.3)


def test_everybody_but_some(tabs: Tabs, owner: User, friend: User, stranger: User) -> None:
    mine, theirs, left_out = (tabs.greeted(user) for user in (owner, friend, stranger))
    push(None, NEWS, but=[stranger.pk])
    push(None, {"topic": "all"})
    assert mine.next() == theirs.next() == NEWS
    assert left_out.next() == {"topic": "all"}


def test_a_user_who_is_not_named_any_more_hears_nothing_from_then_on(
    tabs: Tabs, owner: User, friend: User
) -> None:
    """As when somebody is removed from something: each frame names whom it is for."""
    members, removed = tabs.greeted(owner), tabs.greeted(friend)
    push([owner.pk, friend.pk], NEWS)
    assert members.next() == removed.next() == NEWS
    push([owner.pk], {"topic": "without"})
    push([friend.pk], {"topic": "alone"})
    assert members.next() == {"topic": "without"}
    assert removed.next() == {"topic": "alone"}


def test_beats_carry_what_a_tab_needs_to_notice_that_it_missed_something(
    tabs: Tabs, owner: User, stranger: User
) -> None:
    notify(owner, title="One")
    mine, theirs = tabs.greeted(owner), tabs.greeted(stranger)
    before, of_stranger = (tab.next_beat(BEAT_SECONDS * 2)["versions"] for tab in (mine, theirs))
    assert set(before) == set(of_stranger) == {"notifications"}
    notify(owner, title="Two")
    assert mine.next()["toast"]["title"] == "Two"
    assert mine.next_beat(BEAT_SECONDS * 2)["versions"] != before
    assert theirs.next_beat(BEAT_SECONDS * 2)["versions"] == of_stranger


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_pages_that_are_not_ours_are_refused(tabs: Tabs, owner: User, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        tabs.open(owner, origin=origin)
    assert refused.value.response.status_code == 403


def test_after_logging_out_the_other_tabs_are_hung_up_on_within_a_second(tabs: Tabs, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    tab = tabs.open(session_of(client))
    assert tab.next() == HELLO
    client.post(reverse("account_logout"))
    assert code_of_end(tab, timeout=1) == COME_BACK
    assert code_of_end(tabs.open(session_of(client))) == SIGNED_OUT


def test_stalled_browsers_hold_up_nobody_and_cost_little(
    tabs: Tabs, web: Stack, owner: User, stranger: User
) -> None:
    """Without a bound Daphne would keep some 250 MB, and the first one on the other server would stop all."""
    cookie = cookie_of(owner)
    with ExitStack() as end:
        for _ in range(STALLED):
            end.callback(StalledBrowser(web.url, cookie).close)
        mine, theirs = tabs.greeted(owner), tabs.greeted(stranger)
        memory = Memory(web)
        for number in range(400):
            push([owner.pk], {"topic": f"run:{number}", "fill": MUCH})
            assert mine.next()["topic"] == f"run:{number}"
        push([stranger.pk], NEWS)
        assert theirs.next() == NEWS
        assert memory.most_on_top < STALLED * 1.5 * MOST_UNCONFIRMED / 1024**2


def test_a_browser_that_reads_late_gets_all_of_it_in_order(tabs: Tabs, web: Stack, owner: User) -> None:
    with closing(StalledBrowser(web.url, cookie_of(owner))) as late:
        watching = tabs.greeted(owner)
        sent = [f"run:{number}" for number in range(20)]
        for topic in sent:
            push([owner.pk], {"topic": topic, "fill": MUCH})
            assert watching.next()["topic"] == topic
        heard = late.read_topics(len(sent) + 1)  # and to say that it is there
        assert [topic for topic in heard if topic not in {"ack", "beat"}] == sent


def test_who_never_says_that_it_read_anything_is_hung_up_on_and_may_come_back(
    tabs: Tabs, owner: User
) -> None:
    silent = tabs.greeted(owner)
    for number in range(40):
        push([owner.pk], {"topic": f"run:{number}", "fill": MUCH})
    heard = all_that_comes(silent)
    assert 20 < heard < 40
    assert silent.socket.close_code == CANNOT_KEEP_UP
    again = tabs.greeted(owner)
    push([owner.pk], NEWS)
    assert again.wait_for("run:7")


def test_an_old_page_that_knows_of_no_such_word_and_gets_little_stays(tabs: Tabs, owner: User) -> None:
    old = tabs.greeted(owner)
    for number in range(20):
        push([owner.pk], {"topic": f"run:{number}", "fill": MUCH})
        while f'"run:{number}"' not in str(old.socket.recv(timeout=10)):
            pass
    old.socket.send("ping")
    assert old.next() == {"topic": "pong"}


def test_a_word_that_was_not_asked_for_confirms_nothing(tabs: Tabs, web: Stack, owner: User) -> None:
    """So a browser cannot say that it read what it did not; its own pings count, too."""
    watching = tabs.greeted(owner)
    with closing(StalledBrowser(web.url, cookie_of(owner))) as browser:
        for number in range(40):
            push([owner.pk], {"topic": f"run:{number}", "fill": MUCH})
            assert watching.next()["topic"] == f"run:{number}"
            for said in ("ack", "ack 00000000", "ping"):
                browser.say(said)
        assert browser.wake_up() in {CANNOT_KEEP_UP, None}
