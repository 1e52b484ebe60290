"""Runs programs side by side and stops them in order.

Each program leads a session of its own, so that neither a terminal's Ctrl-C nor our SIGTERM reaches its
children: a Celery worker then lets them finish what they do, where a signal to the whole group ends them
in the middle of it.
"""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, cast

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProgramEndedError(Exception):
    """A program ended although nobody asked it to."""


class StopRequestedError(Exception):
    """Ctrl-C, or the signal of whoever started us."""


@dataclass(eq=False)
class Program:
    name: str
    process: subprocess.Popen[bytes]
    rest: bytes = field(default=b"")  # of a line that is not whole yet


class Supervisor:
    """`grace` is how long a program may take to stop, in seconds, before it is killed."""

    def __init__(self, grace: float = 30) -> None:
        self.grace = grace
        self.programs: list[Program] = []
        self._stops_requested = 0
        self._outputs = selectors.DefaultSelector()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def start(self, name: str, command: Sequence[str], configuration: str = "") -> Program:
        """Start `command`; `configuration` is what it reads from its standard input."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 -- there are no threads here
        )
        with cast("IO[bytes]", process.stdin) as stdin:
            stdin.write(configuration.encode())
        program = Program(name, process)
        self.programs.append(program)
        self._outputs.register(cast("IO[bytes]", process.stdout), selectors.EVENT_READ, program)
        return program

    def run_until(self, condition: Callable[[], bool]) -> None:
        """Pass output on until `condition` is true; raises ProgramEndedError or StopRequestedError."""
        while not condition():
            self._pass_output_on()
            if self._stops_requested:
                raise StopRequestedError
            for program in self.programs:
                if (code := program.process.poll()) is not None:
                    raise ProgramEndedError(f"{program.name} ended {_in_words(code)}.")

    def stop(self, *programs: Program) -> None:
        """Ask these to stop and wait for them; a second Ctrl-C, or the end of the grace, kills them."""
        hurried, deadline = self._stops_requested, time.monotonic() + self.grace
        for program in programs:
            if program.process.poll() is None:
                program.process.terminate()
        while any(program.process.poll() is None for program in programs):
            self._pass_output_on()
            if self._stops_requested > hurried or time.monotonic() > deadline:
                break
        for program in programs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.process.pid, signal.SIGKILL)
            program.process.wait()
        while self._outputs.select(timeout=0):
            self._pass_output_on()

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stops_requested += 1

    def _pass_output_on(self) -> None:
        for key, _ in self._outputs.select(timeout=0.1):
            output, program = cast("IO[bytes]", key.fileobj), cast("Program", key.data)
            received = os.read(output.fileno(), 65536)
            *lines, program.rest = (program.rest + received).split(b"\n")
            if not received:
                self._outputs.unregister(output)
                output.close()
                lines.append(program.rest)
            for line in filter(None, lines):
                say(f"{program.name:>6} | {line.decode(errors='replace')}")


def say(line: str) -> None:
    """Print it, unless the terminal has gone."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


def _in_words(code: int) -> str:
    return f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"


def _end_with_parent() -> None:
    """Where Linux offers it, the program is told to stop when we are killed and cannot say so."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
