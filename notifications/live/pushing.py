"""Nudging browsers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from notifications.live.frames import encode
from notifications.live.publisher import publisher


def push(user_ids: Iterable[int] | None, frame: Mapping[str, Any], but: Iterable[int] = ()) -> None:
    """Send a frame to these users' browsers: at once, or after the commit when a transaction is open.

    None stands for everybody, without the users in `but`. A frame to many may say `"within": 10`: what is
    fetched on its account is fetched at some moment of the next 10 seconds, not by all of them at once.

    It works from workers and from sync and async views, never waits and never raises. Frames may get lost,
    so they carry no state: `{"topic": "run:7"}` says where there is something new to fetch.
    """
    users, text, left_out = None if user_ids is None else list(user_ids), encode(frame), list(but)

    def send() -> None:  # has a name, which a robust on_commit() logs
        publisher.put(users, text, left_out)

    if connection.in_atomic_block:
        transaction.on_commit(send, robust=True)
    else:
        send()
