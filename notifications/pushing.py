"""Nudging browsers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from notifications.frames import encode
from notifications.publisher import publisher


def push(user_ids: Iterable[int], frame: Mapping[str, Any]) -> None:
    """Send a frame to these users' browsers: at once, or after the commit when a transaction is open.

    It works from workers and from sync and async views, never waits and never raises. Frames may get lost,
    so they carry no state: `{"topic": "run:7"}` says where there is something new to fetch.
    """
    users, text = list(user_ids), encode(frame)

    def send() -> None:  # has a name, which a robust on_commit() logs
        publisher.put(users, text)

    if connection.in_atomic_block:
        transaction.on_commit(send, robust=True)
    else:
        send()
