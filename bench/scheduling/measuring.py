"""What each scheduler costs by how many schedules are stored, and how late it is when many are due."""

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from bench.scheduling import ours, stock
from bench.scheduling.house import Beat, House
from bench.scheduling.lateness import Lateness

MOST_OF_STOCK = 100_000
IDLE_TICKS = 25
CHANGES = 2  # in each round
SINGLES = "single reminders"
LONGEST_SLEEP = 0.1  # a tick costs the same, and more of them are seen


class Side(Protocol):
    SCHEDULER: str

    def fill(self, count: int) -> None: ...

    def change(self, number: int) -> None: ...


SIDES: dict[str, Side] = {"ours": ours, "stock": stock}


@dataclass
class Costs:
    """What was measured in all rounds: seconds, and megabytes."""

    start: list[float] = field(default_factory=list)
    idle_tick: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)  # of a change: what its user waits for
    next_tick: list[float] = field(default_factory=list)  # in which Beat takes the change in
    next_tick_cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(samples) for name, samples in vars(self).items()}

    def as_json(self) -> dict[str, dict[str, float]]:
        return {
            name: {
                "median": round(statistics.median(samples), 5),
                "lowest": round(min(samples), 5),
                "highest": round(max(samples), 5),
            }
            for name, samples in vars(self).items()
        }


@dataclass(frozen=True)
class Store:
    """A database with so many schedules for one of the sides."""

    name: str
    size: int

    @property
    def side(self) -> Side:
        return SIDES[self.name]

    @property
    def database(self) -> str:
        return f"{self.name}_{self.size}"


def measure_costs(house: House, sizes: Iterable[int], rounds: int) -> dict[Store, Costs]:
    """Rounds go through all stores, so that a machine that is busy for a while is as bad for all."""
    stores = [
        Store(name, size) for size in sizes for name in SIDES if name == "ours" or size <= MOST_OF_STOCK
    ]
    for store in stores:
        house.create(store.database)
        store.side.fill(store.size)
        print(f"stored {store.size:,}: {store.name}", flush=True)
    costs = {store: Costs() for store in stores}
    for number in range(rounds):
        for store in stores:
            house.enter(store.database)
            _measure(house, store.side, number, costs[store])
        print(f"round {number + 1} of {rounds} is done", flush=True)
    return costs


def measure_lateness(
    house: House, counts: Iterable[int], rounds: int, largest: int, patience: float
) -> dict[str, dict[str, Lateness]]:
    """Ours beside the `largest` store of this run, the stock one beside nothing."""
    found: dict[str, dict[str, Lateness]] = {}
    for count in counts:
        house.enter(Store("ours", largest).database)
        all_of_ours = [ours.lateness_together(house, count) for _ in range(rounds)]
        house.create(f"together_{count}")
        found[together(count)] = {
            "ours": Lateness.medians(all_of_ours),
            "stock": stock.lateness_together(house, count, patience),
        }
        print(f"measured: {together(count)}", flush=True)
    house.enter(Store("ours", largest).database)
    found[SINGLES] = {"ours": ours.lateness_of_singles(house)}
    return found


def together(count: int) -> str:
    return f"{count:,} due in the same second"


def _measure(house: House, side: Side, number: int, costs: Costs) -> None:
    with house.beat(side.SCHEDULER, LONGEST_SLEEP) as beat:
        costs.start.append(beat.seconds_to_first_tick())
        beat.wait_for(lambda: len(beat.ticks()) > IDLE_TICKS)
        costs.idle_tick += [tick.seconds for tick in beat.ticks()[1:] if tick.was_idle]
        for change in range(CHANGES):
            _change(beat, side, number * CHANGES + change, costs)
        costs.memory.append(beat.megabytes())


def _change(beat: Beat, side: Side, number: int, costs: Costs) -> None:
    """The tick that took the change in is the longest that may have seen it: one that was at work while it
    was committed, or the first that began afterwards."""
    begun = time.time()
    side.change(number)
    committed = time.time()
    beat.wait_for(lambda: beat.ticks()[-1].begun > committed)
    ticks = [tick for tick in beat.ticks() if tick.ended > begun]
    first_after = next(index for index, tick in enumerate(ticks) if tick.begun > committed)
    tick = max(ticks[: first_after + 1], key=lambda tick: tick.seconds)
    costs.commit.append(committed - begun)
    costs.next_tick.append(tick.seconds)
    costs.next_tick_cpu.append(tick.cpu_seconds)
