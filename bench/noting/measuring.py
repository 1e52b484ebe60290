"""How long pages and lists of notes take through the real views, by how many notes there are."""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.instruments.house import House
from bench.noting.stock import COMMON, FOREIGN, RARE

TIMES = 3  # in a round, after one that warms up


@dataclass
class Costs:
    """Of one act: seconds of all rounds, and the queries of the last."""

    seconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


Store = dict[str, Costs]


def measure(house: House, sizes: Iterable[int], rounds: int) -> dict[int, Store]:
    stores: dict[int, Store] = {}
    for size in sizes:
        house.create(size)
        stores[size] = defaultdict(Costs)
        print(f"stored: {size:,} notes", flush=True)
    for number in range(rounds):
        for size, costs in stores.items():
            house.enter(size)
            _round(costs)
        print(f"round {number + 1} of {rounds} is done", flush=True)
    return stores


def addresses() -> dict[str, str]:
    from notes.models import Note  # noqa: PLC0415 - models are there only now

    mine = Note.objects.filter(owner__username="owner", archived_at=None, pinned_at=None)
    middle = mine.order_by("pk")[mine.count() // 2]
    minutes = int(middle.updated_at.timestamp()) * 1_000_000
    return {
        "list": "/notes/",
        "list, at the middle": f"/notes/?after=others-{minutes}.{middle.pk}",
        "archive": "/notes/?archived=1",
        "tag on every second": "/notes/?tag=often",
        "tag on few": "/notes/?tag=seldom",
        "search, a rare word": f"/notes/?q={RARE}",
        "search, a word in every note": f"/notes/?q={COMMON}",
        "search, a word of everybody else": f"/notes/?q={FOREIGN}",
        "search, the beginning of a word": f"/notes/?q={COMMON[:3]}",
        "search, the beginning of a word of everybody else": f"/notes/?q={FOREIGN[:3]}",
        "API list": "/api/notes/",
        "API search, a rare word": f"/api/notes/?search={RARE}",
        "API search, a word in every note": f"/api/notes/?search={COMMON}",
        "API search, a word of everybody else": f"/api/notes/?search={FOREIGN}",
        "open": f"/notes/{middle.pk}/",
    }


def _round(costs: Store) -> None:
    from accounts.models import User  # noqa: PLC0415 - models are there only now

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="owner"))
    see(client, "/healthz")
    for act, address in addresses().items():
        _take(costs[act], client, address)


def _take(costs: Costs, client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        see(client, address)
    costs.queries = len(queries)
    for _ in range(TIMES):
        begun = time.perf_counter()
        see(client, address)
        costs.seconds.append(time.perf_counter() - begun)


def see(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
