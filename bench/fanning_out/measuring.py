"""What one broadcast takes by how many are connected, and what becomes of a burst of frames."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

from bench.fanning_out.house import House
from bench.fanning_out.scene import Sample, Scene
from bench.fanning_out.ways import Floor, Frame, Ours, Stock, Way

WAYS = Ours, Stock, Floor
SOCKETS_TO_WARM_UP = 20
SECONDS_OF_REST = 4
SECONDS_BETWEEN = 0.2
PATIENCE = 15
BURST_WAYS = Ours, Stock
BURST_ROUNDS = 2
BURST_SOCKETS = 200
BURST_FRAMES = 500
BURST_SECONDS = 1
BURST_PATIENCE = 5

_numbers = count(1)


@dataclass
class Rounds:
    """The same thing, measured again and again."""

    samples: list[Sample] = field(default_factory=list)

    def median(self, name: str) -> float:
        return float(statistics.median(getattr(sample, name) for sample in self.samples))

    @property
    def lost(self) -> int:
        """In all rounds together."""
        return sum(sample.lost for sample in self.samples)

    def as_json(self) -> dict[str, Any]:
        return {"lost": self.lost} | {
            name: {"median": _finite(self.median(name)), "all": [_finite(value) for value in values]}
            for name, values in self._columns().items()
            if name != "lost"
        }

    def _columns(self) -> dict[str, list[float]]:
        rows = [asdict(sample) for sample in self.samples]
        return {name: [row[name] for row in rows] for name in rows[0]}


@dataclass
class Costs:
    """Of one way with so many sockets."""

    kilobytes_per_socket: float
    rounds: Rounds = field(default_factory=Rounds)

    def as_json(self) -> dict[str, Any]:
        return {"kilobytes per socket": round(self.kilobytes_per_socket, 1), **self.rounds.as_json()}


def measure_costs(house: House, sizes: Sequence[int], rounds: int) -> dict[int, dict[str, Costs]]:
    """Of one frame to everybody. The ways take turns, so that a busy machine is as bad for all."""
    costs: dict[int, dict[str, Costs]] = {}
    with house.scene(*WAYS) as scene:
        few = _warm_up(scene)
        for size in sizes:
            costs[size] = _fill(scene, size, few)
            scene.rest(SECONDS_OF_REST)
            for _ in range(rounds):
                for way in scene.ways:
                    costs[size][way.name].rounds.samples.append(scene.push(way, _frames(1), PATIENCE))
                    scene.stay(SECONDS_BETWEEN)
            print(f"measured: {size:,} sockets", flush=True)
    return costs


def measure_bursts(house: House) -> dict[str, Rounds]:
    """Of many frames within a second, each to everybody."""
    bursts = {kind.name: Rounds() for kind in BURST_WAYS}
    with house.scene(*BURST_WAYS) as scene:
        _warm_up(scene)
        for way in scene.ways:
            scene.fill(way, BURST_SOCKETS)
        scene.rest(SECONDS_OF_REST)
        for _ in range(BURST_ROUNDS):
            for way in scene.ways:
                sample = scene.push(way, _frames(BURST_FRAMES), BURST_PATIENCE, BURST_SECONDS)
                bursts[way.name].samples.append(sample)
    print("measured: bursts", flush=True)
    return bursts


def _warm_up(scene: Scene) -> dict[Way, float]:
    """Have everything loaded that is loaded at the first use; the megabytes of each afterwards."""
    for way in scene.ways:
        scene.fill(way, SOCKETS_TO_WARM_UP)
        scene.push(way, _frames(1), PATIENCE)
    return {way: way.megabytes() for way in scene.ways}


def _fill(scene: Scene, size: int, few: dict[Way, float]) -> dict[str, Costs]:
    for way in scene.ways:
        scene.fill(way, size)
    sockets = size - SOCKETS_TO_WARM_UP
    return {way.name: Costs((way.megabytes() - few[way]) * 1024 / sockets) for way in scene.ways}


def _frames(number: int) -> list[Frame]:
    """What a browser is told of a broadcast; no two are the same."""
    return [
        {
            "topic": "notifications",
            "toast": {
                "number": next(_numbers),
                "title": "We are moving to another server tonight at ten",
                "level": "warning",
                "url": "/notifications/",
                "panel": "",
                "about": "",
            },
        }
        for _ in range(number)
    ]


def _finite(value: float) -> float | None:
    return round(value, 5) if math.isfinite(value) else None
