"""The seconds and the queries of each act, by how many users there are."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.instruments.house import House

if TYPE_CHECKING:
    from accounts.models import User

BADGE, INBOX, LIST = "/notifications/badge/", "/notifications/", "/notifications/broadcasts/"


@dataclass
class Costs:
    """Of one act: seconds of all rounds, and the queries of the first."""

    seconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def take(self, act: Callable[[], object]) -> None:
        """Do it once more. The first time counts queries and warms up, and is not timed."""
        if not self.queries:
            with CaptureQueriesContext(connection) as queries:
                act()
            self.queries = len(queries)
            return
        begun = time.perf_counter()
        act()
        self.seconds.append(time.perf_counter() - begun)


Store = dict[str, Costs]


def measure(house: House, sizes: Iterable[int], rounds: int, visitors: int) -> dict[int, Store]:
    """Nobody comes by twice, so that as much waits for each as there was announced, whatever the size."""
    stores: dict[int, Store] = {}
    for size in sizes:
        house.create(size)
        stores[size] = defaultdict(Costs)
        print(f"stored: {size:,} users", flush=True)
    for number in range(rounds):
        for size, costs in stores.items():
            house.enter(size)
            _round(costs, size, range(number * visitors, (number + 1) * visitors))
        print(f"round {number + 1} of {rounds} is done", flush=True)
    return stores


def _round(costs: Store, size: int, visitors: Iterable[int]) -> None:
    from accounts.models import User  # noqa: PLC0415 - models are there only now
    from bench.broadcasting.acts import browser_of, publish, see  # noqa: PLC0415

    staff = User.objects.get(username="staff")
    costs["publish"].take(lambda: publish(staff, "Maintenance at noon"))
    for visitor in visitors:
        _visit(costs, User.objects.get(username=f"person{1 + visitor * size // 100}"))
    cache.clear()  # so that the list counts anew
    desk = browser_of(staff)
    see(desk, BADGE)
    costs["staff list"].take(lambda: see(desk, LIST))


def _visit(costs: Store, user: "User") -> None:
    from bench.broadcasting.acts import browser_of, mark_read, see  # noqa: PLC0415

    client = browser_of(user)
    costs["badge, as it arrives"].take(lambda: see(client, BADGE))
    costs["badge"].take(lambda: see(client, BADGE))
    costs["inbox"].take(lambda: see(client, INBOX))
    costs["mark read"].take(lambda: mark_read(client, user))
