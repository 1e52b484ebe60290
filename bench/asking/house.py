"""PostgreSQL with tasks in it, Valkey, and Daphne, which has one core to itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django

from bench.instruments.processes import cores, running_on
from tests.servers import postgres_server, valkey_server
from tests.stack import Stack, stack

if TYPE_CHECKING:
    from bench.asking.callers import Caller

SETTINGS = "bench.asking.settings"
UNLIMITED = "1000000000"


@dataclass(frozen=True)
class House:
    processes: Stack
    owner: Caller
    maker: Caller

    @property
    def pid(self) -> int:
        return self.processes.processes["web"].pid


@contextmanager
def house(tasks: int) -> Iterator[House]:
    server_core, others = cores()
    with running_on(others), ExitStack() as all_of_it:
        folder = Path(all_of_it.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-bench-")))
        environment = {
            "DATABASE_URL": all_of_it.enter_context(postgres_server()).url,
            "REDIS_URL": all_of_it.enter_context(valkey_server()).url,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "EMAIL_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "API_REQUESTS_PER_MINUTE_PER_USER": UNLIMITED,
            "API_REQUESTS_PER_MINUTE_PER_TOKEN": UNLIMITED,
        }
        (folder / "static").mkdir()
        processes = all_of_it.enter_context(stack(folder, **environment))
        processes.manage("migrate", "--verbosity=0")
        os.environ.update(processes.environment)
        django.setup()
        from bench.asking.callers import make_callers  # noqa: PLC0415 - it needs Django set up

        owner, maker = make_callers(tasks)
        with running_on(server_core):
            processes.start_web("--verbosity", "0")
        yield House(processes, owner, maker)
