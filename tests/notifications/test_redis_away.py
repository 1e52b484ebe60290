"""Redis comes and goes: nobody waits for it, and those who listen are told what they have to know."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from accounts.models import User
from notifications.door import notify, push
from notifications.live import publisher as publishing
from notifications.live.frames import RECONNECT, SESSION_MAY_HAVE_ENDED
from notifications.live.frames import RESYNC as RESYNC_TEXT
from notifications.live.publisher import Publisher
from notifications.models import Notification
from tests.notifications.processes import daphne
from tests.notifications.tabs import HELLO, RESYNC, Tabs
from tests.servers import ValkeyServer, valkey_server, wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]
NEWS = {"topic": "run:7"}
AWAY = {"topic": "away"}


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """One that the test may take away."""
    with valkey_server() as server:
        yield server


@pytest.fixture
def web(valkey: ValkeyServer, tmp_path: Path, transactional_db: None) -> Iterator[Stack]:
    with daphne(tmp_path, valkey) as processes:
        yield processes


def pushed_within(owner: User, seconds: float) -> bool:
    began = time.monotonic()
    push([owner.pk], NEWS)
    notify(owner, title="Something ended")
    return time.monotonic() - began < seconds


def test_tabs_catch_up_after_a_broken_line_that_was_mended_at_once(
    tabs: Tabs, valkey: ValkeyServer, owner: User
) -> None:
    tab = tabs.greeted(owner)
    with Redis.from_url(valkey.url) as operator:
        assert operator.client_kill_filter(_type="pubsub")
    assert tab.next() == RESYNC
    push([owner.pk], NEWS)
    assert tab.next() == NEWS


def test_tabs_catch_up_after_a_restart(tabs: Tabs, valkey: ValkeyServer, owner: User, stranger: User) -> None:
    mine, theirs = tabs.greeted(owner), tabs.greeted(stranger)
    valkey.kill()
    valkey.start()
    assert mine.wait_for("resync") == theirs.wait_for("resync") == RESYNC
    push([owner.pk], NEWS)
    assert mine.next() == NEWS


def test_tabs_are_told_that_pushes_do_not_arrive_and_that_they_do_again(
    tabs: Tabs, valkey: ValkeyServer, owner: User
) -> None:
    tab = tabs.greeted(owner)
    valkey.kill()
    assert tab.next(20) == AWAY
    assert pushed_within(owner, 0.5)
    late = tabs.open(owner)
    assert late.has_nothing(within=1)
    valkey.start()
    assert tab.wait_for("resync") == RESYNC
    assert late.wait_for("hello") == HELLO
    push([owner.pk], {"topic": "new"})
    assert tab.wait_for("new")


def test_a_redis_that_does_not_answer_is_away_too(tabs: Tabs, valkey: ValkeyServer, owner: User) -> None:
    tab = tabs.greeted(owner)
    valkey.pause()
    try:
        assert pushed_within(owner, 0.5)
        assert tab.next(20) == AWAY
    finally:
        valkey.resume()
    assert tab.wait_for("resync") == RESYNC
    push([owner.pk], {"topic": "new"})
    assert tab.wait_for("new")


def test_news_that_come_while_the_same_word_is_on_its_way_are_told_again(
    tabs: Tabs, valkey: ValkeyServer, publisher: Publisher, owner: User
) -> None:
    tab = tabs.greeted(owner)
    valkey.pause()
    try:
        push([owner.pk], NEWS)
        wait_until(lambda: not publisher._waiting)
        for _ in range(3):
            push([owner.pk], NEWS)
        assert len(publisher._waiting) == 1
    finally:
        valkey.resume()
    assert tab.next() == tab.next() == NEWS
    assert tab.has_nothing(within=0.5)


def test_what_was_pushed_meanwhile_arrives_late_and_once(
    valkey: ValkeyServer, publisher: Publisher, owner: User, web: Stack
) -> None:
    valkey.kill()
    for _ in range(20):
        push([owner.pk], NEWS)
    assert not publisher.wait_until_sent(0.1)
    assert list(publisher._waiting).count(((owner.pk,), '{"topic":"run:7"}')) <= 1
    valkey.start()
    assert publisher.wait_until_sent(20)


def test_what_cannot_be_kept_becomes_one_word_to_everybody(
    valkey: ValkeyServer, publisher: Publisher, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST_WAITING", 10)
    valkey.kill()
    push([owner.pk], NEWS)
    wait_until(lambda: not publisher._waiting)  # it is being sent, in vain
    for number in range(35):
        push([owner.pk], {"topic": f"run:{number}"})
    assert (None, RESYNC_TEXT) in publisher._waiting
    assert len(publisher._waiting) <= 10


def test_that_sessions_may_have_ended_is_kept_however_much_waits(
    valkey: ValkeyServer, publisher: Publisher, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST_WAITING", 10)
    valkey.kill()
    push([owner.pk], NEWS)
    wait_until(lambda: not publisher._waiting)  # it is being sent, in vain
    for user in (owner.pk, owner.pk + 1, owner.pk):
        push([user], SESSION_MAY_HAVE_ENDED)
        for number in range(35):
            push([owner.pk], {"topic": f"run:{number}"})
    ended = {user for users, text, *_ in publisher._waiting if text == RECONNECT for user in users or ()}
    assert ended == {owner.pk, owner.pk + 1}
    assert (None, RESYNC_TEXT) in publisher._waiting
    assert len(publisher._waiting) <= 10


def test_the_inbox_has_it_in_any_case(valkey: ValkeyServer, publisher: Publisher, owner: User) -> None:
    valkey.kill()
    assert pushed_within(owner, 0.5)
    assert Notification.objects.visible_to(owner).unread().count() == 1
