"""The figures as tables, and whether they are as good as they have to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.asking.measuring import BARE_LIST, LIST, Costs
from bench.instruments.bars import Bar

COLUMNS = {
    "p50, ms": ("p50", 1000),
    "p95, ms": ("p95", 1000),
    "requests/s": ("per_second", 1),
    "CPU, ms": ("cpu", 1000),
}
TIMES_BARE = 3


@dataclass(frozen=True)
class Figures:
    costs: Mapping[str, Costs]
    layers: Mapping[str, Mapping[str, float]]

    def bars(self) -> list[Bar]:
        ours, bare = (self.costs[name].medians()["cpu"] for name in (LIST, BARE_LIST))
        return [Bar("CPU of a list of 50, times that of a bare view", ours / bare, TIMES_BARE)]

    def print(self) -> None:
        print(f"\n{'32 clients at once':30}" + "".join(f"{title:>14}" for title in COLUMNS))
        for name, costs in self.costs.items():
            medians = costs.medians()
            figures = (medians[column] * factor for column, factor in COLUMNS.values())
            print(f"{name:30}" + "".join(f"{figure:14.2f}" for figure in figures))
        print(f"\n{'where it goes, ms of one':30}" + "".join(f"{name:>26}" for name in self.layers))
        for layer in next(iter(self.layers.values())):
            print(f"{layer:30}" + "".join(f"{spent[layer] * 1000:26.3f}" for spent in self.layers.values()))
        print("", *self.bars(), sep="\n")

    def as_json(self) -> dict[str, Any]:
        """In seconds."""
        return {
            "costs": {name: costs.as_json() for name, costs in self.costs.items()},
            "layers": {
                name: {layer: round(seconds, 6) for layer, seconds in spent.items()}
                for name, spent in self.layers.items()
            },
            "bars": [bar.as_json() for bar in self.bars()],
        }
