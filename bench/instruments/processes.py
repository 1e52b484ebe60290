"""What a process has used up, and where it may run."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager


def megabytes(pid: int) -> float:
    """The memory it has at this moment."""
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


def cpu_seconds(pid: int) -> float:
    """What all its threads have used, user and system, to the nanosecond: see clock_getcpuclockid(3).

    Of Linux alone: /proc/PID/stat counts in hundredths of a second, which is too coarse here.
    """
    return time.clock_gettime(~pid << 3 | 2)


def cores() -> tuple[set[int], set[int]]:
    """One for what is measured, and the others; the same one twice where there is no other."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


@contextmanager
def running_on(cores: set[int]) -> Iterator[None]:
    """What is started meanwhile runs on these, for good."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
