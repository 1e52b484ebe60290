"""Ports on this machine's loopback, and waiting for what listens there."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
HOST = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def wait_until(condition: Callable[[], Answer], timeout: float = 10, interval: float = 0.05) -> Answer:
    """Ask `condition` until its answer is true and give that answer back; raises TimeoutError."""
    deadline = time.monotonic() + timeout
    while not (answer := condition()):
        if time.monotonic() > deadline:
            name = getattr(condition, "__qualname__", repr(condition))
            raise TimeoutError(f"{name} was not true within {timeout} s")
        time.sleep(interval)
    return answer
