"""Where the time of a list goes, looked at within one process, with no network and nobody beside it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.core.handlers.base import BaseHandler
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ListSerializer

from api import limits
from api.authentication import BearerAuthentication
from bench.asking.crowd import Ask

WHOLE = "the whole"
REST = "middleware, routing, the view"
LAYERS: dict[str, tuple[Any, str]] = {
    "who asks": (BearerAuthentication, "authenticate"),
    "limits": (limits, "count"),
    "the database": (SQLCompiler, "execute_sql"),
    "serializing": (ListSerializer, "to_representation"),
    "rendering": (JSONRenderer, "render"),
    WHOLE: (BaseHandler, "get_response"),
}
WARM_UP = 20


class Stopwatch:
    """Seconds of each layer, without those of others that it called."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within: list[str] = []
        self._since = 0.0

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self._in(name):
                return function(*args, **kwargs)

        return timed

    @contextmanager
    def _in(self, name: str) -> Iterator[None]:
        self._lap()
        self._within.append(name)
        try:
            yield
        finally:
            self._lap()
            self._within.pop()

    def _lap(self) -> None:
        """What has passed since the last one belongs to the innermost layer."""
        now = time.perf_counter()
        if self._within:
            self.seconds[self._within[-1]] += now - self._since
        self._since = now


def look(what: Ask, times: int) -> dict[str, float]:
    """Seconds of one request by layer."""
    client, stopwatch = Client(SERVER_NAME="127.0.0.1"), Stopwatch()

    def answer() -> None:
        assert client.get(what.path, headers=dict(what.headers)).status_code == what.status

    for _ in range(WARM_UP):
        answer()
    with ExitStack() as patches:
        for name, (owner, attribute) in LAYERS.items():
            timed = stopwatch.around(name, getattr(owner, attribute))
            patches.enter_context(mock.patch.object(owner, attribute, timed))
        for _ in range(times):
            answer()
    spent = {name: stopwatch.seconds[name] / times for name in LAYERS}
    return {REST if name == WHOLE else name: seconds for name, seconds in spent.items()}
