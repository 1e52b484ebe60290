"""Who is online follows from live sockets: in many tabs, over several web processes, through any failure."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from notifications.live.publisher import Publisher
from notifications.presence.people import set_visibility
from tests.factories import make_user
from tests.notifications.presence import (
    GRACE,
    IN_TIME,
    NEWS,
    SECONDS,
    hear_out,
    impatient_web,
    shown_to,
    use_presence_of,
    watching,
)
from tests.notifications.tabs import Tabs, cookie_of
from tests.servers import ValkeyServer, valkey_server, wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="module")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    with impatient_web(tmp_path_factory.mktemp("web"), valkey) as processes:
        yield processes


@pytest.fixture(autouse=True)
def presence(
    valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    use_presence_of(valkey, settings)


@pytest.fixture
def other_web(valkey: ValkeyServer, tmp_path: Path, transactional_db: None) -> Iterator[Stack]:
    """A second web process, which the test may kill."""
    with impatient_web(tmp_path, valkey) as processes:
        yield processes


@pytest.fixture
def other_tabs(other_web: Stack) -> Iterator[Tabs]:
    with Tabs(other_web.url) as tabs:
        yield tabs


def comes_to_show(viewer: User, *names: str, within: float) -> None:
    wait_until(lambda: shown_to(viewer) == sorted(names), within)


def test_several_tabs_and_devices_count_once(tabs: Tabs, owner: User, friend: User, stranger: User) -> None:
    for _ in range(3):
        tabs.greeted(owner)
    tabs.greeted(friend)
    comes_to_show(stranger, "friend", "owner", within=IN_TIME)


def test_who_closes_the_last_tab_is_offline_within_seconds(tabs: Tabs, owner: User, stranger: User) -> None:
    first, second = tabs.greeted(owner), tabs.greeted(owner)
    comes_to_show(stranger, "owner", within=IN_TIME)
    first.socket.close()
    time.sleep(GRACE + 0.5)  # as long as it would take
    assert shown_to(stranger) == ["owner"]
    second.socket.close()
    comes_to_show(stranger, within=GRACE + IN_TIME)


def test_who_stays_is_online_for_longer_than_a_sign_of_life_lasts(
    tabs: Tabs, owner: User, stranger: User
) -> None:
    tabs.greeted(owner)
    comes_to_show(stranger, "owner", within=IN_TIME)
    until = time.monotonic() + SECONDS + 2
    while time.monotonic() < until:
        assert shown_to(stranger) == ["owner"]


def test_those_who_watch_hear_of_comings_and_goings_and_nobody_else_does(
    tabs: Tabs, owner: User, friend: User, stranger: User
) -> None:
    watcher, bystander = watching(tabs.greeted(stranger)), tabs.greeted(friend)
    watcher.wait_for("presence", IN_TIME)  # they themselves came
    comer = tabs.greeted(owner)
    assert watcher.next(IN_TIME) == NEWS
    comer.socket.close()
    assert watcher.next(GRACE + IN_TIME) == NEWS
    assert bystander.has_nothing(within=0.1)


def test_who_begins_to_watch_is_told_at_once_of_what_they_may_have_missed(tabs: Tabs, stranger: User) -> None:
    hear_out(watching(tabs.greeted(stranger)))
    second = tabs.greeted(stranger)
    assert second.has_nothing(within=0.2)
    second.socket.send("watch presence")
    assert second.next(IN_TIME) == NEWS


def test_who_stops_watching_by_leaving_is_forgotten(tabs: Tabs, owner: User, stranger: User) -> None:
    watching(tabs.greeted(stranger)).socket.close()
    left = watching(tabs.greeted(owner))
    assert left.wait_for("presence", GRACE + IN_TIME) == NEWS


def test_a_change_of_page_is_not_noticed(tabs: Tabs, owner: User, stranger: User) -> None:
    watcher, page = watching(tabs.greeted(stranger)), tabs.greeted(owner)
    comes_to_show(stranger, "owner", "stranger", within=IN_TIME)
    hear_out(watcher)
    for _ in range(5):
        page.socket.close()
        assert shown_to(stranger) == ["owner", "stranger"]
        page = tabs.greeted(owner)
    assert watcher.has_nothing(within=GRACE + IN_TIME)
    assert shown_to(stranger) == ["owner", "stranger"]


def test_many_who_come_at_once_are_one_or_two_pieces_of_news(tabs: Tabs, stranger: User) -> None:
    cookies = [cookie_of(make_user(f"person{number}")) for number in range(40)]
    watcher = watching(tabs.greeted(stranger))
    hear_out(watcher)
    began = time.monotonic()
    for cookie in cookies:
        tabs.open(cookie)
    wait_until(lambda: len(shown_to(stranger)) == 41, IN_TIME)
    heard = 0
    while not watcher.has_nothing(within=1.5):
        heard += 1
    assert 1 <= heard <= 2 + (time.monotonic() - began)


def test_a_line_that_went_dead_is_offline_in_time(tabs: Tabs, owner: User, stranger: User) -> None:
    """As of a laptop whose lid was closed: nothing is answered any more, and nothing is closed either."""
    address = urlsplit(tabs.site)
    assert address.hostname
    assert address.port
    handshake = (
        f"GET /ws/ HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {tabs.site}\r\n"
        f"Cookie: {cookie_of(owner)}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(handshake.encode())
        comes_to_show(stranger, "owner", within=IN_TIME)
        comes_to_show(stranger, within=SECONDS + IN_TIME)


def test_with_two_web_processes_one_is_online_until_both_are_left(
    tabs: Tabs, other_tabs: Tabs, owner: User, stranger: User
) -> None:
    watcher = watching(other_tabs.greeted(stranger))
    here, there = tabs.greeted(owner), other_tabs.greeted(owner)
    comes_to_show(stranger, "owner", "stranger", within=IN_TIME)
    hear_out(watcher)
    there.socket.close()
    assert watcher.has_nothing(within=GRACE + IN_TIME)
    assert shown_to(stranger) == ["owner", "stranger"]
    here.socket.close()
    assert watcher.next(GRACE + IN_TIME) == NEWS
    assert shown_to(stranger) == ["stranger"]


def test_a_web_process_that_is_killed_leaves_no_ghosts(
    tabs: Tabs, other_tabs: Tabs, other_web: Stack, owner: User, friend: User, stranger: User
) -> None:
    watcher = watching(tabs.greeted(stranger))
    other_tabs.greeted(owner)
    other_tabs.greeted(friend)
    comes_to_show(stranger, "friend", "owner", "stranger", within=IN_TIME)
    other_web.kill("web")
    tabs.greeted(friend)  # who comes back elsewhere stays
    hear_out(watcher)
    comes_to_show(stranger, "friend", "stranger", within=SECONDS + IN_TIME)
    assert watcher.next(SECONDS / 3 + IN_TIME) == NEWS


def test_after_redis_was_restarted_everybody_comes_back_by_themselves(
    tabs: Tabs, valkey: ValkeyServer, owner: User, stranger: User
) -> None:
    watcher = watching(tabs.greeted(stranger))
    tabs.greeted(owner)
    comes_to_show(stranger, "owner", "stranger", within=IN_TIME)
    valkey.kill()
    valkey.start()
    while watcher.next(10) and shown_to(stranger) != ["owner", "stranger"]:
        pass  # as an open list, which asks again whenever it hears something


def test_while_redis_does_not_answer_the_page_says_so_soon_and_nobody_waits(
    tabs: Tabs, valkey: ValkeyServer, owner: User, stranger: User, web: Stack
) -> None:
    tab = tabs.greeted(owner)
    comes_to_show(stranger, "owner", within=IN_TIME)
    client = Client()
    client.force_login(stranger)
    valkey.pause()
    try:
        began = time.monotonic()
        assert "cannot be told at the moment" in client.get(reverse("notifications:people")).content.decode()
        answer = client.get(reverse("notifications:people_online"))
        assert time.monotonic() - began < 3
        assert answer.status_code == 503
        assert answer.json() == {"detail": "Who is online cannot be told at the moment."}
        tab.socket.send("ping")
        assert tab.wait_for("pong", 1)
    finally:
        valkey.resume()
    comes_to_show(stranger, "owner", within=10)


def test_those_who_come_while_redis_is_away_are_online_when_it_is_back(
    tabs: Tabs, valkey: ValkeyServer, owner: User, friend: User, stranger: User
) -> None:
    leaving = tabs.greeted(friend)
    comes_to_show(stranger, "friend", within=IN_TIME)
    valkey.pause()
    try:
        tabs.open(owner)
        leaving.socket.close()
        time.sleep(GRACE)
    finally:
        valkey.resume()
    comes_to_show(stranger, "owner", within=10)


def test_who_hides_is_not_told_of(tabs: Tabs, owner: User, stranger: User) -> None:
    set_visibility(owner, shows_presence=False)
    watcher = watching(tabs.greeted(stranger))
    hear_out(watcher)
    hidden = tabs.greeted(owner)
    comes_to_show(owner, "owner", "stranger", within=IN_TIME)
    hidden.socket.close()
    assert watcher.has_nothing(within=GRACE + IN_TIME)
    assert shown_to(stranger) == ["stranger"]


def test_who_hides_or_shows_up_does_so_at_once_on_open_lists(tabs: Tabs, owner: User, stranger: User) -> None:
    watcher = watching(tabs.greeted(stranger))
    tabs.greeted(owner)
    comes_to_show(stranger, "owner", "stranger", within=IN_TIME)
    hear_out(watcher)
    for shows, names in [(False, ["stranger"]), (True, ["owner", "stranger"])]:
        set_visibility(owner, shows_presence=shows)
        assert shown_to(stranger) == names
        assert watcher.next(IN_TIME) == NEWS
