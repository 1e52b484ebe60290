"""What is known of one tick of a scheduler, and how it gets from its process to ours: a line in a file."""

from pathlib import Path
from typing import NamedTuple


class Tick(NamedTuple):
    begun: float  # by the wall clock, which the processes of a machine share
    seconds: float
    cpu_seconds: float
    sleep: float  # what it asked for; nothing when there was something due

    @property
    def ended(self) -> float:
        return self.begun + self.seconds

    @property
    def was_idle(self) -> bool:
        return self.sleep > 0


def append(file: Path, tick: Tick) -> None:
    with file.open("a") as ticks:
        ticks.write(" ".join(map(repr, tick)) + "\n")


def read(file: Path) -> list[Tick]:
    """The ticks so far; a line that is just being written is left out."""
    text = file.read_text() if file.exists() else ""
    complete, _, _ = text.rpartition("\n")
    return [Tick(*map(float, line.split())) for line in complete.splitlines()]
