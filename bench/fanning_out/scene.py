"""Servers, and browsers that are connected to them."""

import math
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bench.fanning_out.crowd import Crowd, Watch
from bench.fanning_out.publishing import Moments, Publishing
from bench.fanning_out.tab import Tab
from bench.fanning_out.ways import Frame, Way


@dataclass(frozen=True)
class Sample:
    """What pushing some frames took, in seconds; moments count from that at which it was begun."""

    cpu: float  # of the server, beyond what it uses while nothing is pushed
    first: float  # socket that had got all of it
    median: float
    last: float
    publishing: float  # until the last frame was handed over
    behind: float  # from then until the last one came
    lost: int


class Scene:
    def __init__(self, ways: Sequence[Way], publishing: Publishing, cookies: Sequence[str]) -> None:
        self.ways = ways
        self._publishing = publishing
        self._cookies = cookies
        self._crowd = Crowd()
        self._tabs: dict[Way, list[Tab]] = {way: [] for way in ways}
        self._idle: Mapping[Way, float] = dict.fromkeys(ways, 0)  # seconds of its core per second

    def fill(self, way: Way, count: int) -> None:
        """Open as many sockets as are still missing, each of somebody else."""
        tabs = self._tabs[way]
        cookies = self._cookies[len(tabs) : count]
        tabs += self._crowd.connect(
            partial(Tab, way.port, cookie, hears_hello=way.says_hello) for cookie in cookies
        )

    def stay(self, seconds: float) -> None:
        """Be connected, with nothing to hear."""
        self._crowd.stay(seconds)

    def rest(self, seconds: float) -> None:
        """See what each server uses while nothing is pushed."""
        before = {way: way.cpu_seconds() for way in self.ways}
        self._crowd.stay(seconds)
        self._idle = {way: (way.cpu_seconds() - used) / seconds for way, used in before.items()}

    def push(self, way: Way, frames: Sequence[Frame], patience: float, seconds: float = 0) -> Sample:
        """To everybody, spread over the seconds; what did not come for so long counts as lost."""
        watch = self._crowd.expect(self._tabs[way], frozenset(map(way.payload_of, frames)))
        begun, used = time.monotonic(), way.cpu_seconds()
        self._publishing.order(way.name, frames, seconds)
        self._crowd.wait(seconds + patience)
        cpu = way.cpu_seconds() - used - self._idle[way] * (time.monotonic() - begun)
        return _sample(watch, self._publishing.moments(), cpu)


def _sample(watch: Watch, moments: Moments, cpu: float) -> Sample:
    complete = [moment - moments.begun for moment in watch.complete] or [math.inf]
    return Sample(
        cpu=cpu,
        first=complete[0],
        median=statistics.median(complete),
        last=watch.last - moments.begun,
        publishing=moments.ended - moments.begun,
        behind=watch.last - moments.ended,
        lost=watch.missing,
    )
