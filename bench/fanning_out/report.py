"""The figures as a table, and whether they are as good as they have to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.fanning_out.measuring import BURST_FRAMES, BURST_SOCKETS, WAYS, Costs, Rounds
from bench.instruments.bars import Bar

SHARE_OF_STOCK = 0.25  # of the processor time, at
SOCKETS_OF_SHARE = 2_000
LINES: dict[str, Callable[[Costs], str]] = {
    "processor time of the server, ms": lambda costs: _milliseconds(costs, "cpu"),
    "the first has it after ms": lambda costs: _milliseconds(costs, "first"),
    "half of them have it after ms": lambda costs: _milliseconds(costs, "median"),
    "the last has it after ms": lambda costs: _milliseconds(costs, "last"),
    "memory per socket, KB": lambda costs: f"{costs.kilobytes_per_socket:12.1f}",
    "lost in all rounds": lambda costs: f"{costs.rounds.lost:12,}",
}


@dataclass(frozen=True)
class Figures:
    costs: Mapping[int, Mapping[str, Costs]]
    bursts: Mapping[str, Rounds]

    def bars(self) -> list[Bar]:
        """What ours has to reach."""
        bars = [
            Bar(
                "lost by ours in all rounds", sum(ways["ours"].rounds.lost for ways in self.costs.values()), 0
            ),
            Bar("lost by ours in all bursts", self.bursts["ours"].lost, 0),
        ]
        if ways := self.costs.get(SOCKETS_OF_SHARE):
            share = ways["ours"].rounds.median("cpu") / ways["stock"].rounds.median("cpu")
            bars.append(Bar(f"processor time at {SOCKETS_OF_SHARE:,}, ours to stock", share, SHARE_OF_STOCK))
        return bars

    def print(self) -> None:
        print(f"\n{'one frame to so many sockets':41}" + "".join(f"{size:>12,}" for size in self.costs))
        for title, cell in LINES.items():
            for way in WAYS:
                cells = [cell(ways[way.name]) for ways in self.costs.values()]
                print(f"{title if way is WAYS[0] else '':34}{way.name:7}" + "".join(cells))
        burst = f"{BURST_FRAMES} frames in a second to {BURST_SOCKETS}"
        print(f"\n{burst:41}{'lost':>12}{'sent in s':>12}{'drained in s':>14}{'processor, s':>14}")
        for name, rounds in self.bursts.items():
            lost = rounds.lost / (BURST_FRAMES * BURST_SOCKETS * len(rounds.samples))
            sent, behind, cpu = (rounds.median(what) for what in ("publishing", "behind", "cpu"))
            print(f"{'':34}{name:7}{lost:12.1%}{sent:12.2f}{behind:14.2f}{cpu:14.2f}")
        print("", *self.bars(), sep="\n")

    def as_json(self) -> dict[str, Any]:
        """In seconds, but for the memory."""
        return {
            "costs": {
                size: {name: costs.as_json() for name, costs in ways.items()}
                for size, ways in self.costs.items()
            },
            "bursts": {name: rounds.as_json() for name, rounds in self.bursts.items()},
            "bars": [bar.as_json() for bar in self.bars()],
        }


def _milliseconds(costs: Costs, name: str) -> str:
    return f"{costs.rounds.median(name) * 1000:12.0f}"
