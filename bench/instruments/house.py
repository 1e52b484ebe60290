"""PostgreSQL with a database for each size of what is measured, Valkey, and this process."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.db import connection

from tests.servers import PostgresServer, ValkeyServer, postgres_server, valkey_server
from tests.stack import stack

EMPTY = "empty"  # the database that all others are copies of


class House:
    def __init__(
        self, folder: Path, postgres: PostgresServer, valkey: ValkeyServer, fill: Callable[[int], None]
    ) -> None:
        self.fill = fill
        environment = {"DATABASE_URL": postgres.create_database(EMPTY), "REDIS_URL": valkey.url}
        with stack(folder, **environment, EMAIL_HOST="127.0.0.1", LOG_LEVEL="WARNING") as processes:
            processes.manage("migrate", "--verbosity=0")
            processes.manage("collectstatic", "--noinput", "--verbosity=0")
            os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="clock_work.settings")
        django.setup()

    def create(self, size: int) -> None:
        """A database filled to this size; enters it."""
        self._use("postgres")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {_name_of(size)} TEMPLATE {EMPTY}")
        self.enter(size)
        self.fill(size)

    def enter(self, size: int) -> None:
        """Whatever this process asks the database for goes to this one from now on."""
        self._use(_name_of(size))

    def _use(self, database: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = database


def _name_of(size: int) -> str:
    return f"size_{size}"


@contextmanager
def house(fill: Callable[[int], None]) -> Iterator[House]:
    """`fill` is called within each new database, with its size."""
    with ExitStack() as servers:
        folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-bench-")))
        postgres = servers.enter_context(postgres_server())
        yield House(folder, postgres, servers.enter_context(valkey_server()), fill)
