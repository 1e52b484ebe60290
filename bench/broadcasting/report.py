"""The figures as a table, and whether they are as good as they have to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.broadcasting.measuring import Store
from bench.instruments.bars import Bar

MOST = 1.5
NOT_HELD = "staff list"  # it counts those who were shown a broadcast


@dataclass(frozen=True)
class Figures:
    costs: Mapping[int, Store]

    def bars(self) -> list[Bar]:
        fewest, most = self.costs[min(self.costs)], self.costs[max(self.costs)]
        return [
            Bar(f"{act}, most users to fewest", most[act].median / fewest[act].median, MOST)
            for act in fewest
            if act != NOT_HELD
        ]

    def print(self) -> None:
        print(f"\n{'users':32}" + "".join(f"{size:>16,}" for size in self.costs))
        for act in next(iter(self.costs.values())):
            cells = [
                f"{store[act].median * 1000:10.2f} ({store[act].queries:2})" for store in self.costs.values()
            ]
            print(f"{act + ', ms (queries)':32}" + "".join(f"{cell:>16}" for cell in cells))
        print("", *self.bars(), sep="\n")

    def as_json(self) -> dict[str, Any]:
        return {
            "costs": {
                str(size): {
                    act: {"median ms": round(each.median * 1000, 3), "queries": each.queries}
                    for act, each in store.items()
                }
                for size, store in self.costs.items()
            },
            "bars": [bar.as_json() for bar in self.bars()],
        }
