"""What runs on this machine, as `ps` tells it on Linux and macOS."""

import subprocess
from typing import NamedTuple


class Process(NamedTuple):
    pid: int
    parent: int
    group: int
    arguments: str


def processes() -> list[Process]:
    """All that run; what has ended and only waits to be collected does not."""
    command = ["ps", "-A", "-ww", "-o", "pid=,ppid=,pgid=,stat=,args="]
    rows = (
        line.split(None, 4)
        for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    )
    return [
        Process(int(pid), int(parent), int(group), arguments)
        for pid, parent, group, state, arguments in (row for row in rows if len(row) == 5)
        if not state.startswith("Z")
    ]


def alive(*groups: int) -> list[Process]:
    """What is left of these process groups."""
    return [process for process in processes() if process.group in groups]
