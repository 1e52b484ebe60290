"""The beats of the hub: in turns, in chunks, and on time, whatever the database does."""

import json
import threading
from collections.abc import Collection, Iterable, Iterator

import pytest
from pytest_django import Settings

from api.credentials import Credential
from notifications.chunks import USERS_AT_ONCE
from notifications.live import heartbeat
from notifications.live.heartbeat import TURNS, Heartbeat
from notifications.live.sessions import SignedIn

ROUND = 0.5


class EnoughError(Exception):
    pass


class Listeners:
    """Those who are here, and what each heard; they end it when they have heard so many beats."""

    def __init__(self, users: Iterable[int]) -> None:
        self._users = list(users)
        self.ended: set[int] = set()
        self.heard: list[tuple[int, dict[str, str] | None]] = []

    def users(self) -> list[int]:
        return self._users

    def signed_in(self, users: Iterable[int]) -> set[SignedIn]:
        return {SignedIn(user, Credential("session", f"of {user}"), "hash") for user in users}

    def end(self, sessions: Collection[SignedIn]) -> None:
        self.ended.update(session.user for session in sessions)

    async def tell(self, user: int, text: str) -> None:
        frame = json.loads(text)
        assert frame["topic"] == "beat"
        self.heard.append((user, frame.get("versions")))
        if len(self.heard) == len(self._users):
            raise EnoughError


class Database:
    """Answers with the same version for everybody, fails, or hangs."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.fails = False
        self.answers = threading.Event()
        self.answers.set()

    def versions_of(self, users: list[int]) -> dict[int, str]:
        self.asked.append(users)
        assert self.answers.wait(30)
        if self.fails:
            raise ConnectionError("the database is away")
        return dict.fromkeys(users, "12.3")

    def ended(self, sessions: Collection[SignedIn]) -> set[SignedIn]:
        """The sessions of odd users are over."""
        return {session for session in sessions if session.user % 2}


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Database]:
    settings.PUSH_BEAT_SECONDS = ROUND
    database = Database()
    monkeypatch.setattr(heartbeat, "versions_of", database.versions_of)
    monkeypatch.setattr(heartbeat, "ended", database.ended)
    yield database
    database.answers.set()


async def beat(users: Iterable[int]) -> Listeners:
    """Until as many beats were heard as there are users."""
    listeners = Listeners(users)
    with pytest.raises(EnoughError):
        await Heartbeat(listeners).run()
    return listeners


async def test_a_round_reaches_everybody_once_and_never_all_at_the_same_moment(database: Database) -> None:
    listeners = await beat(range(5000))
    assert sorted(user for user, _ in listeners.heard) == list(range(5000))
    assert all(versions == {"notifications": "12.3"} for _, versions in listeners.heard)
    assert [len(users) for users in database.asked] == [5000 // TURNS] * TURNS


async def test_very_many_are_asked_for_in_chunks(database: Database) -> None:
    await beat(TURNS * number for number in range(1200))
    assert [len(users) for users in database.asked] == [USERS_AT_ONCE, USERS_AT_ONCE, 200]


async def test_without_a_database_all_hear_that_the_line_works(database: Database) -> None:
    database.fails = True
    listeners = await beat(range(50))
    assert sorted(listeners.heard, key=str) == sorted(((user, None) for user in range(50)), key=str)
    assert listeners.ended == set()


async def test_a_round_ends_all_whose_sessions_are_over(database: Database) -> None:
    listeners = await beat(range(50))
    assert listeners.ended == set(range(1, 50, 2))


async def test_a_database_that_hangs_is_waited_for_once_and_not_asked_again_before_it_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "SECONDS_FOR_THE_DATABASE", 0.2)
    database.answers.clear()
    listeners = await beat(range(50))
    assert sorted(listeners.heard, key=str) == sorted(((user, None) for user in range(50)), key=str)
    assert len(database.asked) == 1
    database.answers.set()
    again = await beat(range(50))
    assert [versions for _, versions in again.heard] == [{"notifications": "12.3"}] * 50
