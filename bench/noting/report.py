"""The figures as a table, and whether they are as good as they have to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.instruments.bars import Bar
from bench.noting.measuring import Store

MOST = 2


@dataclass(frozen=True)
class Figures:
    costs: Mapping[int, Store]

    def bars(self) -> list[Bar]:
        fewest, most = self.costs[min(self.costs)], self.costs[max(self.costs)]
        return [
            Bar(f"{act}, p95 of most notes to fewest", most[act].p95 / fewest[act].p95, MOST)
            for act in fewest
        ] + [Bar("acts that ask more queries of more notes", self._acts_with_more_queries(), 0)]

    def print(self) -> None:
        print(f"\n{'ms p50 / p95 (queries)':50}" + "".join(f"{size:>24,}" for size in self.costs))
        for act in next(iter(self.costs.values())):
            cells = [
                f"{store[act].p50 * 1000:.1f} / {store[act].p95 * 1000:.1f} ({store[act].queries})"
                for store in self.costs.values()
            ]
            print(f"{act:50}" + "".join(f"{cell:>24}" for cell in cells))
        print("", *self.bars(), sep="\n")

    def as_json(self) -> dict[str, Any]:
        return {
            "costs": {
                str(size): {
                    act: {
                        "p50 ms": round(each.p50 * 1000, 2),
                        "p95 ms": round(each.p95 * 1000, 2),
                        "queries": each.queries,
                    }
                    for act, each in store.items()
                }
                for size, store in self.costs.items()
            },
            "bars": [bar.as_json() for bar in self.bars()],
        }

    def _acts_with_more_queries(self) -> int:
        stores = list(self.costs.values())
        return sum(len({store[act].queries for store in stores}) > 1 for act in stores[0])
