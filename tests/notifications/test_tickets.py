"""A program opens the WebSocket with a ticket, which is good once and for a moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from channels.testing import WebsocketCommunicator
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from notifications.door import push
from notifications.live import tickets
from notifications.live.admission import SIGNED_OUT
from notifications.live.routing import websocket
from tests.api.clients import make_token, program_of
from tests.notifications.programs import ADDRESS, by_log_in, by_session, by_token, ticket_of, with_secret
from tests.notifications.tabs import HELLO, Tab, Tabs
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = {"topic": "run:7"}


@pytest.fixture(autouse=True)
def one_redis(settings: Settings, valkey: ValkeyServer) -> None:
    settings.REDIS_URL = valkey.url


def code_of_end(tab: Tab) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        tab.next()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize("known_by", [by_token, by_log_in, by_session])
def test_who_has_one_hears_what_is_pushed_to_them_and_nobody_else(
    tabs: Tabs, owner: User, stranger: User, known_by: Callable[[User], APIClient]
) -> None:
    mine, theirs = (tabs.program(ticket_of(known_by(user))) for user in (owner, stranger))
    assert mine.next() == theirs.next() == HELLO
    push([owner.pk], NEWS)
    assert mine.next() == NEWS
    assert theirs.has_nothing(within=0.3)


def test_it_comes_with_the_address_to_open(owner: User, settings: Settings) -> None:
    settings.SITE_URL = "https://clock.example"
    answer = by_token(owner).post(ADDRESS)
    ticket = answer.json()["ticket"]
    assert answer.json() == {
        "ticket": ticket,
        "url": f"wss://clock.example/ws/?ticket={ticket}",
        "expires_in": 30,
    }
    assert len(ticket) > 40


def test_it_is_good_once(tabs: Tabs, owner: User) -> None:
    ticket = ticket_of(by_token(owner))
    assert tabs.program(ticket).next() == HELLO
    assert code_of_end(tabs.program(ticket)) == SIGNED_OUT


def test_of_several_who_come_with_it_at_once_one_is_let_in(tabs: Tabs, owner: User) -> None:
    ticket = ticket_of(by_token(owner))

    def is_let_in(_: int) -> bool:
        with Tabs(tabs.site) as own:
            try:
                return own.program(ticket).next() == HELLO
            except ConnectionClosed:
                return False

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(is_let_in, range(8))) == [False] * 7 + [True]


def test_it_is_good_for_half_a_minute(
    tabs: Tabs, owner: User, valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = ticket_of(by_token(owner))
    with Redis.from_url(valkey.url) as redis:
        assert 25_000 < redis.pttl(tickets.key_of(ticket)) <= 30_000
        redis.pexpire(tickets.key_of(ticket), 0)
    assert code_of_end(tabs.program(ticket)) == SIGNED_OUT


def test_redis_holds_nothing_that_opens_anything(owner: User, valkey: ValkeyServer) -> None:
    token, secret = make_token(owner)
    ticket = ticket_of(with_secret(secret))
    with Redis.from_url(valkey.url, decode_responses=True) as redis:
        kept = {key: redis.get(key) for key in redis.scan_iter(match=f"{tickets.KEYS}*")}
    assert kept
    assert ticket not in str(kept)
    assert secret not in str(kept)
    assert token.secret_hash not in str(kept)


def test_a_page_of_ours_may_use_one_and_one_of_others_uses_none_up(tabs: Tabs, owner: User) -> None:
    ticket = ticket_of(by_token(owner))
    for origin in ("https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            tabs.open(None, origin=origin, ticket=ticket)
        assert refused.value.response.status_code == 403
    assert tabs.open(None, ticket=ticket).next() == HELLO


@pytest.mark.parametrize("ticket", ["", "guess", "%00", "%ff%fe", "x" * 5000])
def test_a_cookie_does_not_make_up_for_a_bad_ticket(tabs: Tabs, owner: User, ticket: str) -> None:
    assert code_of_end(tabs.open(owner, ticket=ticket)) == SIGNED_OUT


def test_nor_does_a_ticket_need_one(tabs: Tabs, owner: User, stranger: User) -> None:
    tab = tabs.open(stranger, ticket=ticket_of(by_token(owner)))
    assert tab.next() == HELLO
    push([stranger.pk], {"topic": "theirs"})
    push([owner.pk], NEWS)
    assert tab.next() == NEWS


@pytest.mark.parametrize(
    ("query", "origin", "is_refused"),
    [
        ("", None, True),
        ("?ticket=x", None, False),
        ("?tickets=x", None, True),
        ("?ticket=x", b"", True),
        ("?ticket=x", b"https://evil.example", True),
        ("?ticket=x", b"http://localhost", False),
        ("?ticket", None, False),
        ("?page=1&ticket=x&ticket=y", None, False),
    ],
)
async def test_without_an_origin_only_a_ticket_is_looked_at(
    query: str, origin: bytes | None, is_refused: bool
) -> None:
    headers = [(b"host", b"localhost"), *([(b"origin", origin)] if origin is not None else [])]
    socket = WebsocketCommunicator(websocket, f"/ws/{query}", headers=headers)
    is_open, code = await socket.connect()
    assert is_open is not is_refused
    if is_open:
        assert await socket.receive_output() == {"type": "websocket.close", "code": SIGNED_OUT}
    else:
        assert code == 1000
    await socket.disconnect()


def test_a_token_that_only_reads_may_listen(tabs: Tabs, owner: User) -> None:
    program = program_of(owner, can_write=False, resources=["notifications"])
    assert tabs.program(ticket_of(program)).next() == HELLO


def test_a_token_for_something_else_may_not(owner: User) -> None:
    answer = program_of(owner, resources=["notes", "presence"]).post(ADDRESS)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This API token may not reach “notifications”."


def test_who_is_not_known_gets_none(db: None) -> None:
    assert APIClient().post(ADDRESS).status_code == 401


def test_each_request_gets_another_one_whatever_key_it_has(owner: User) -> None:
    client = by_token(owner)
    headers = {"Idempotency-Key": "the same"}
    first, second = (client.post(ADDRESS, headers=headers).json()["ticket"] for _ in range(2))
    assert first != second


def test_who_may_not_see_who_is_online_does_not_hear_of_it(tabs: Tabs, owner: User) -> None:
    may, may_not = (
        tabs.program(ticket_of(program_of(owner, resources=resources)))
        for resources in (["notifications", "presence"], ["notifications"])
    )
    assert may.next() == may_not.next() == HELLO
    for tab in (may, may_not):
        tab.socket.send("watch presence")
        tab.socket.send("ping")
    assert [may.next()["topic"] for _ in range(2)] == ["presence", "pong"]
    assert may_not.next() == {"topic": "pong"}
