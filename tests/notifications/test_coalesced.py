"""What is asked for often is done at most so often, and at least once more after it was last asked for."""

import asyncio
import time

import pytest

from notifications.live.coalesced import Coalesced

REST = 0.2


async def test_it_is_done_at_once_and_then_once_for_all_who_asked_meanwhile() -> None:
    moments: list[float] = []

    async def act() -> None:
        moments.append(time.monotonic())

    coalesced = Coalesced(act, rest=lambda: REST)
    asked_at = time.monotonic()
    for _ in range(100):
        coalesced.ask()
        await asyncio.sleep(0)
    await asyncio.sleep(3 * REST)
    first, second = moments
    assert first - asked_at < REST / 2
    assert second - first >= REST


async def test_what_is_asked_for_while_it_is_done_is_done_again() -> None:
    done = 0

    async def act() -> None:
        nonlocal done
        done += 1
        if done == 1:
            coalesced.ask()

    coalesced = Coalesced(act, rest=lambda: 0)
    coalesced.ask()
    await asyncio.sleep(REST)
    assert done == 2


async def test_a_failure_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    done = 0

    async def act() -> None:
        nonlocal done
        done += 1
        raise ValueError("not this time")

    coalesced = Coalesced(act, rest=lambda: 0)
    for _ in range(2):
        coalesced.ask()
        await asyncio.sleep(REST)
    assert done == 2
    assert "not this time" in caplog.text
