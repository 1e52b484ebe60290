"""The process that publishes, for the one that watches."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self


class Moments(NamedTuple):
    """Of the clock that all processes share, time.monotonic()."""

    begun: float
    ended: float


class Publishing:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.fanning_out.publisher"],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, way: str, frames: Sequence[Mapping[str, Any]], seconds: float) -> None:
        """Have them published, spread over the seconds; does not wait for it."""
        assert self._process.stdin is not None
        print(json.dumps([way, frames, seconds]), file=self._process.stdin, flush=True)

    def moments(self) -> Moments:
        """When the last order was begun and ended; waits for the end."""
        assert self._process.stdout is not None
        return Moments(*json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
