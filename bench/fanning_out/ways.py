"""The servers that are compared, each a process of its own."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bench.instruments.processes import cpu_seconds, megabytes
from tests.servers import wait_until
from tests.stack import Stack

Frame = Mapping[str, Any]
COMPACT = (",", ":")
SPACED = (", ", ": ")


class Way(Stack, ABC):
    """A server that takes WebSockets at /ws/, and frames from the publisher."""

    name: ClassVar[str]
    settings: ClassVar[str] = "clock_work.settings"
    says_hello: ClassVar[bool] = False  # a socket that was let in may miss frames until then
    separators: ClassVar[tuple[str, str]] = COMPACT

    @abstractmethod
    def start(self) -> None:
        """Until it takes sockets."""

    def payload_of(self, frame: Frame) -> bytes:
        """What arrives in a browser."""
        return json.dumps(frame, separators=self.separators).encode()

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.processes["web"].pid)

    def megabytes(self) -> float:
        return megabytes(self.processes["web"].pid)

    def _start_web(self, program: str, *arguments: str) -> None:
        self._start("web", program, *arguments)
        wait_until(self.answers, 60)


class Ours(Way):
    """The web process of the product."""

    name = "ours"
    says_hello = True

    def start(self) -> None:
        self.start_web()


class Stock(Way):
    """The same server, but a member of the channel layer for each socket."""

    name = "stock"
    settings = "bench.fanning_out.settings"
    separators = SPACED  # those of send_json()

    def start(self) -> None:
        self._start_web(
            "daphne", "-b", "127.0.0.1", "-p", str(self.port), "bench.fanning_out.stock:application"
        )


class Floor(Way):
    """No Django, no Channels and no Daphne."""

    name = "floor"

    def start(self) -> None:
        self._start_web("python", "-m", "bench.fanning_out.floor", str(self.port))
