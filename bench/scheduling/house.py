"""PostgreSQL, Valkey, and Beat as the process it is; this process is the one who stores and watches."""

import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import django
from django.db import connection

from bench.instruments.processes import megabytes
from bench.scheduling import ticks
from bench.scheduling.ticks import Tick
from tests.servers import PostgresServer, ValkeyServer, postgres_server, valkey_server, wait_until
from tests.stack import Stack, stack

Answer = TypeVar("Answer")
EMPTY = "empty"  # the database that all others are copies of


class Beat:
    """A scheduler at work."""

    def __init__(self, processes: Stack, file: Path, begun: float) -> None:
        self._processes = processes
        self._file = file
        self._begun = begun

    def ticks(self) -> list[Tick]:
        return ticks.read(self._file)

    def seconds_to_first_tick(self) -> float:
        """From the start of the process to the end of that tick."""
        return self.wait_for(lambda: self.ticks()[:1])[0].ended - self._begun

    def wait_for(self, condition: Callable[[], Answer], timeout: float = 300) -> Answer:
        """Wait until its answer is true, and give it; raises when Beat ends meanwhile."""

        def answer() -> Answer:
            self._processes.raise_if_ended("beat")
            return condition()

        return wait_until(answer, timeout)

    def megabytes(self) -> float:
        """The memory it has at this moment."""
        return megabytes(self._processes.processes["beat"].pid)


class House:
    def __init__(self, folder: Path, postgres: PostgresServer, valkey: ValkeyServer) -> None:
        self.folder = folder
        self.broker_url = valkey.url
        self.database = EMPTY
        self._postgres = postgres
        postgres.create_database(EMPTY)
        with stack(folder, **self._environment(EMPTY)) as processes:
            processes.manage("migrate", "--verbosity=0")
            os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="clock_work.settings")
        django.setup()

    def create(self, database: str) -> None:
        """Make a copy of the empty database, and enter it."""
        self.enter("postgres")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database} TEMPLATE {EMPTY}")
        self.enter(database)

    def enter(self, database: str) -> None:
        """Whatever this process asks the database for goes to this one from now on."""
        connection.close()
        self.database = database
        connection.settings_dict["NAME"] = database

    @contextmanager
    def beat(self, scheduler: str, longest_sleep: float = math.inf) -> Iterator[Beat]:
        """`celery beat` over the database that was entered, with one of the probe's schedulers; killed
        afterwards."""
        folder = Path(tempfile.mkdtemp(prefix="beat-", dir=self.folder))
        file = folder / "ticks"
        probe = {"BENCH_TICKS": str(file), "BENCH_LONGEST_SLEEP": str(longest_sleep)}
        with stack(folder, **self._environment(self.database), **probe) as processes:
            begun = time.time()
            processes.start_beat(f"--scheduler=bench.scheduling.probe:{scheduler}", "--loglevel=warning")
            yield Beat(processes, file, begun)

    def _environment(self, database: str) -> dict[str, str]:
        return {
            "DATABASE_URL": self._postgres.url_of(database),
            "REDIS_URL": self.broker_url,
            "EMAIL_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "TASKS_SWEEP_SECONDS": "5",
        }


@contextmanager
def house() -> Iterator[House]:
    with ExitStack() as all_of_it:
        folder = Path(all_of_it.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-bench-")))
        postgres = all_of_it.enter_context(postgres_server())
        valkey = all_of_it.enter_context(valkey_server())
        yield House(folder, postgres, valkey)
