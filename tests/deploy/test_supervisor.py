"""The supervisor of `bin/dev` stops what it started, in order, by signalling the leaders alone."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import ROOT
from tests.deploy.processes import alive, processes
from tests.servers import wait_until

# A leader with a child, as a Celery worker has them: the leader waits for its child, the child notes
# every signal that reaches it.
LEADER = """
    import signal, subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", '''
    import signal, sys, time
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: print("child got", number, flush=True))
    print("child is up", flush=True)
    deadline = time.monotonic() + {seconds}
    while time.monotonic() < deadline:
        time.sleep(0.05)
    print("child has finished", flush=True)
    '''])
    signal.signal(signal.SIGTERM, lambda number, frame: print("leader stops", flush=True))
    child.wait()
"""
SUPERVISE = """
    import sys
    from bin.supervisor import ProgramEndedError, StopRequestedError, Supervisor
    supervisor = Supervisor(grace={grace})
    last = supervisor.start("last", [sys.executable, "-c", "import time; time.sleep(60)"])
    first = supervisor.start("first", [sys.executable, "-c", {leader!r}])
    try:
        supervisor.run_until(lambda: False)
    except StopRequestedError:
        print("asked to stop", flush=True)
    except ProgramEndedError as error:
        sys.exit(str(error))
    finally:
        supervisor.stop(first)
        print("last is", last.process.poll(), flush=True)
        supervisor.stop(last)
"""


class Supervised:
    def __init__(self, folder: Path, seconds: float, grace: float) -> None:
        self.log = folder / "log"
        leader = textwrap.dedent(LEADER).format(seconds=seconds)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(SUPERVISE).format(leader=leader, grace=grace)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: "child is up" in self.output, 20)

    @property
    def output(self) -> str:
        return self.log.read_text()

    def interrupt(self) -> None:
        """Ctrl-C: the terminal's whole foreground group is told."""
        os.killpg(self.process.pid, signal.SIGINT)

    def leaders(self) -> dict[str, int]:
        """Process ids by program name."""
        return {
            "last" if "sleep(60)" in process.arguments else "first": process.pid
            for process in processes()
            if process.parent == self.process.pid
        }

    def end(self) -> None:
        for leader in (*self.leaders().values(), self.process.pid):
            os.killpg(leader, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    """Two programs, one of which has a child that takes a second."""
    yield from started(tmp_path, seconds=1, grace=20)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Supervised]:
    """The same, with a child that takes a minute."""
    yield from started(tmp_path, seconds=60, grace=20)


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Supervised]:
    """The same, and a supervisor that waits for half a second only."""
    yield from started(tmp_path, seconds=60, grace=0.5)


def started(folder: Path, seconds: float, grace: float) -> Iterator[Supervised]:
    supervised = Supervised(folder, seconds, grace)
    try:
        yield supervised
    finally:
        if supervised.process.poll() is None:
            supervised.end()


def test_ctrl_c_lets_a_child_finish_what_it_does(supervised: Supervised) -> None:
    supervised.interrupt()

    assert supervised.process.wait(timeout=20) == 0
    assert "leader stops" in supervised.output
    assert "child has finished" in supervised.output
    assert "child got" not in supervised.output


def test_the_last_program_still_runs_while_the_first_one_stops(supervised: Supervised) -> None:
    supervised.interrupt()
    supervised.process.wait(timeout=20)

    assert "last is None" in supervised.output


def test_a_second_ctrl_c_hurries(slow: Supervised) -> None:
    slow.interrupt()
    wait_until(lambda: "leader stops" in slow.output, 20)
    before = time.monotonic()
    slow.interrupt()

    assert slow.process.wait(timeout=20) == 0
    assert time.monotonic() - before < 5
    assert "child has finished" not in slow.output


def test_what_does_not_stop_in_time_is_killed_with_its_children(impatient: Supervised) -> None:
    impatient.interrupt()

    assert impatient.process.wait(timeout=20) == 0
    assert "child has finished" not in impatient.output


@pytest.mark.parametrize("name", ["first", "last"])
def test_a_program_that_dies_takes_the_other_with_it_and_is_named(slow: Supervised, name: str) -> None:
    leaders = slow.leaders()
    os.kill(leaders[name], signal.SIGKILL)
    if name == "last":
        wait_until(lambda: "leader stops" in slow.output, 20)
        slow.interrupt()

    assert slow.process.wait(timeout=20) == 1
    assert f"{name} ended by SIGKILL." in slow.output
    wait_until(lambda: not alive(*leaders.values()), 10)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program of its parent's end")
def test_when_the_supervisor_is_killed_its_programs_stop(supervised: Supervised) -> None:
    leaders = list(supervised.leaders().values())
    supervised.process.kill()
    supervised.process.wait()

    wait_until(lambda: not alive(*leaders), 20)
