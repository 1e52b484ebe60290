"""The figures as a table, and whether they are as good as they have to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.instruments.bars import Bar
from bench.scheduling.lateness import Lateness
from bench.scheduling.measuring import SIDES, SINGLES, Costs, Store, together

LINES = {
    "start": ("start to first tick, s", 1),
    "idle_tick": ("tick with nothing due, ms", 1000),
    "commit": ("one change: its commit, ms", 1000),
    "next_tick": ("one change: Beat's next tick, ms", 1000),
    "next_tick_cpu": ("  of it on the processor, ms", 1000),
    "memory": ("memory of Beat, MB", 1),
}


@dataclass(frozen=True)
class Figures:
    costs: Mapping[Store, Costs]
    lateness: Mapping[str, Mapping[str, Lateness]]

    def bars(self) -> list[Bar]:
        """What ours has to reach."""
        ours = [costs.medians() for store, costs in self.costs.items() if store.name == "ours"]
        ticks = [medians["idle_tick"] for medians in ours]
        changes = [medians["commit"] + medians["next_tick"] for medians in ours]
        bars = [
            Bar("tick with nothing due, most stored to fewest", ticks[-1] / ticks[0], 2),
            Bar("one change, dearest to that with fewest stored", max(changes) / changes[0], 2),
            Bar(f"{SINGLES}, p99 in s", self.lateness[SINGLES]["ours"].p99, 1),
        ]
        if many := self.lateness.get(together(10_000)):
            bars.append(Bar(f"{together(10_000)}, all sent after s", many["ours"].until_all_sent, 3))
        return bars

    def print(self) -> None:
        sizes = sorted({store.size for store in self.costs})
        print(f"\n{'stored':41}" + "".join(f"{size:>12,}" for size in sizes))
        for name, (title, factor) in LINES.items():
            for side in SIDES:
                medians = [self._median(side, size, name, factor) for size in sizes]
                print(f"{title if side == 'ours' else '':34}{side:7}" + "".join(medians))
        print(f"\n{'lateness, s':41}{'sent':>12}{'median':>12}{'p99':>12}{'max':>12}")
        for what, sides in self.lateness.items():
            for side, lateness in sides.items():
                print(f"{what if side == 'ours' else '':34}{side:7}{lateness}")
        print("", *self.bars(), sep="\n")

    def _median(self, side: str, size: int, name: str, factor: int) -> str:
        costs = self.costs.get(Store(side, size))
        return f"{costs.medians()[name] * factor:12.2f}" if costs else f"{'–':>12}"

    def as_json(self) -> dict[str, Any]:
        """In seconds and megabytes."""
        return {
            "costs": {store.database: costs.as_json() for store, costs in self.costs.items()},
            "lateness": {
                what: {side: lateness.as_json() for side, lateness in sides.items()}
                for what, sides in self.lateness.items()
            },
            "bars": [bar.as_json() for bar in self.bars()],
        }
