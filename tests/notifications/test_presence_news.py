"""Word of who came or went is not lost while the database is away."""

import asyncio
from collections.abc import Collection

import pytest
from django.db import OperationalError

from notifications.live.frames import PRESENCE
from notifications.presence import news
from notifications.presence.news import PresenceNews


class Told:
    """Takes the publisher's place."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.something = asyncio.Event()

    def put(self, _users: None, text: str) -> None:
        self.texts.append(text)
        self.something.set()


async def test_who_came_while_the_database_was_away_is_asked_about_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    asked: list[set[int]] = []

    def is_anybody_shown(users: Collection[int]) -> bool:
        asked.append(set(users))
        if len(asked) == 1:
            raise OperationalError("the database is away")
        return True

    monkeypatch.setattr(news, "SECONDS_BETWEEN_NEWS", 0.05)
    monkeypatch.setattr(news, "is_anybody_shown", is_anybody_shown)
    monkeypatch.setattr(news, "publisher", told)
    PresenceNews().spread([7])
    async with asyncio.timeout(5):
        await told.something.wait()
    assert asked == [{7}, {7}]
    assert told.texts == [PRESENCE]
    assert "the database is away" in caplog.text
