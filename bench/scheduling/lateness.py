"""How late what was due was on its way."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class Lateness:
    """In seconds, of those that were `sent` of so many `due`."""

    due: int
    sent: int
    median: float = math.inf
    p99: float = math.inf
    longest: float = math.inf

    @classmethod
    def of(cls, due: int, seconds: Iterable[float]) -> Self:
        ordered = sorted(seconds)
        if not ordered:
            return cls(due, 0)
        p99 = ordered[math.ceil(0.99 * len(ordered)) - 1]
        return cls(due, len(ordered), statistics.median(ordered), p99, ordered[-1])

    @classmethod
    def medians(cls, rounds: Sequence[Self]) -> Self:
        """Of all rounds; but `sent` is that of the worst."""
        figures = (
            statistics.median(getattr(one, name) for one in rounds) for name in ("median", "p99", "longest")
        )
        return cls(rounds[0].due, min(one.sent for one in rounds), *figures)

    @property
    def until_all_sent(self) -> float:
        return self.longest if self.sent == self.due else math.inf

    def __str__(self) -> str:
        return f"{self.sent:12,}{self.median:12.2f}{self.p99:12.2f}{self.longest:12.2f}"

    def as_json(self) -> dict[str, float]:
        return {name: round(value, 5) for name, value in asdict(self).items() if value != math.inf}
