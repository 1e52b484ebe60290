"""Many clients at once, each on a connection that it keeps, which ask again as soon as they are answered."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Ask:
    """A request, which is answered with `status`."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    content: Mapping[str, Any] | None = None

    @property
    def body(self) -> str | None:
        return None if self.content is None else json.dumps(self.content)


@dataclass(frozen=True)
class Answers:
    """How long each client waited for each answer, and how long all of it took, in seconds."""

    waits: list[float]
    seconds: float


def ask(site: str, what: Ask, clients: int, times: int) -> Answers:
    """Each client asks so many times."""
    barrier = Barrier(clients + 1)
    with ThreadPoolExecutor(clients) as pool:
        asking = [pool.submit(_client, site, what, times, barrier) for _ in range(clients)]
        barrier.wait()
        begun = time.perf_counter()
        waits = [wait for each in asking for wait in each.result()]
        return Answers(waits, time.perf_counter() - begun)


def _client(site: str, what: Ask, times: int, barrier: Barrier) -> list[float]:
    connection = HTTPConnection(urlsplit(site).netloc, timeout=60)
    connection.connect()
    barrier.wait()
    try:
        return [_wait(connection, what) for _ in range(times)]
    finally:
        connection.close()


def _wait(connection: HTTPConnection, what: Ask) -> float:
    begun = time.perf_counter()
    connection.request(what.method, what.path, what.body, dict(what.headers))
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != what.status:
        raise ValueError(f"{what.method} {what.path} was answered {answer.status}: {content[:500]!r}")
    return time.perf_counter() - begun
