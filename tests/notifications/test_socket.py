"""Who may listen at /ws/, and what they hear."""

from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from notifications.door import push
from notifications.live.admission import SIGNED_OUT
from notifications.live.consumers import LONGEST_INCOMING, TOO_BIG
from tests.notifications.processes import daphne
from tests.notifications.tabs import HELLO, Tabs
from tests.servers import ValkeyServer
from tests.stack import Stack

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = {"topic": "run:7"}


def test_hello_comes_first_and_then_what_is_pushed(tabs: Tabs, owner: User) -> None:
    tab = tabs.open(owner)
    assert tab.next() == HELLO
    push([owner.pk], NEWS)
    assert tab.next() == NEWS


def test_every_tab_of_a_person_hears_it_and_nobody_else(tabs: Tabs, owner: User, stranger: User) -> None:
    first, second, other = tabs.greeted(owner), tabs.greeted(owner), tabs.greeted(stranger)
    push([owner.pk], NEWS)
    assert first.next() == second.next() == NEWS
    assert other.has_nothing(within=0.5)
    push([stranger.pk], {"topic": "mine"})
    assert other.next() == {"topic": "mine"}


def test_several_people_hear_one_push(tabs: Tabs, owner: User, friend: User) -> None:
    mine, theirs = tabs.greeted(owner), tabs.greeted(friend)
    push([owner.pk, friend.pk], NEWS)
    assert mine.next() == theirs.next() == NEWS


def test_a_closed_tab_is_forgotten_and_the_other_goes_on(tabs: Tabs, owner: User) -> None:
    closed, left = tabs.greeted(owner), tabs.greeted(owner)
    closed.socket.close()
    push([owner.pk], NEWS)
    assert left.next() == NEWS


def test_somebody_who_is_not_signed_in_is_told_not_to_come_back(tabs: Tabs) -> None:
    tab = tabs.open(None)
    with pytest.raises(ConnectionClosed) as closed:
        tab.next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SIGNED_OUT


def test_a_disabled_account_hears_nothing(tabs: Tabs, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    with pytest.raises(ConnectionClosed):
        tabs.open(owner).next()


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
def test_pages_that_are_not_ours_are_refused(tabs: Tabs, owner: User, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        tabs.open(owner, origin=origin)
    assert refused.value.response.status_code == 403


def test_a_host_that_we_do_not_serve_is_refused(tabs: Tabs, owner: User) -> None:
    with pytest.raises(InvalidStatus):
        tabs.open(owner, origin="http://rebound.example", host="rebound.example")


def test_ping_is_answered_and_all_else_ignored(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    for said in ["hello?", '{"topic": "run:7"}', "", "ping"]:
        tab.socket.send(said)
    tab.socket.send(b"\x00")
    assert tab.next() == {"topic": "pong"}


def test_long_frames_end_the_connection(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    tab.socket.send("x" * (LONGEST_INCOMING + 1))
    with pytest.raises(ConnectionClosed) as closed:
        tab.next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == TOO_BIG


def test_coming_and_going_makes_no_noise(tabs: Tabs, web: Stack, owner: User) -> None:
    before = len(web.log("web"))
    tabs.greeted(owner).socket.close()
    tabs.greeted(owner).socket.socket.close()
    left = tabs.greeted(owner)
    push([owner.pk], NEWS)
    assert left.next() == NEWS
    noise = web.log("web")[before:]
    assert "Traceback" not in noise
    assert "WARNING" not in noise


def test_the_server_stops_in_good_order_under_open_tabs(
    tmp_path: Path, valkey: ValkeyServer, owner: User
) -> None:
    with daphne(tmp_path, valkey) as web, Tabs(web.url) as tabs:
        tabs.greeted(owner)
        assert web.stop("web") == 0
        assert "Traceback" not in web.log("web")
