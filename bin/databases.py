"""The databases of `bin/test`: throw-away servers, and many migrated databases by migrating once."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bin.report import Report
from tests import ready_made
from tests.servers import PostgresServer, postgres_server, program, rabbit_programs, valkey_server

NOT_FROM_DOT_ENV = [
    *("ALLOWED_HOSTS", "CELERY_BROKER_URL", "CLOUDAMQP_URL", "EMAIL_HOST", "EMAIL_PASS", "EMAIL_USER"),
    *("MAIL_JET_API_KEY", "MAIL_JET_API_SECRET", "MAIL_JET_API_URL", "MAIL_JET_SANDBOX"),
    *("REDISCLOUD_URL", "SECRET_KEY", "WEB_PUSH_PRIVATE_KEY", "WEB_PUSH_SERVICES"),
]


@dataclass(frozen=True)
class Database:
    """A migrated database with a Valkey beside it, and a folder for what the tests write."""

    name: str
    environment: Mapping[str, str]
    folder: Path


class NotMigratedError(Exception):
    """Migrating failed, and said why."""


Lane = Mapping[str, Database]  # one of each, by their names


@contextlib.contextmanager
def lanes(number: int, report: Report) -> Iterator[list[Lane]]:
    """So many times SQLite, and PostgreSQL where it is installed. Raises NotMigratedError."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-test-")))
        makers = {"SQLite": SQLite(folder).make}
        try:
            program("initdb")
        except FileNotFoundError:
            report.left_out.append("the tests on PostgreSQL (it is not installed)")
        else:
            makers["PostgreSQL"] = PostgreSQL(stack.enter_context(postgres_server())).make
        try:
            rabbit_programs()
        except FileNotFoundError:
            report.left_out.append("the fault tests with RabbitMQ (it is not installed)")

        def lane(number: int) -> Lane:
            redis_url = stack.enter_context(valkey_server()).url
            return {
                name: database(name, make(number), redis_url, folder / f"{name.lower()}-{number}")
                for name, make in makers.items()
            }

        try:
            made = [lane(each) for each in range(number)]
        except subprocess.CalledProcessError as error:
            raise NotMigratedError from error
        yield made


class SQLite:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, number: int) -> str:
        """A migrated one for tests; gives the URL of the one that it stands beside."""
        path = self._folder / f"lane-{number}.sqlite3"
        shutil.copyfile(ready_made.migrated_sqlite(self._folder), f"{path}.test")
        return f"sqlite:///{path}"


class PostgreSQL:
    """On one server. A database that is made by a template is there at once."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def make(self, number: int) -> str:
        """As SQLite's."""
        self._server.create_database(f"test_lane_{number}", template=self._template)
        return self._server.url_of(f"lane_{number}")

    @cached_property
    def _template(self) -> str:
        name = "migrated"
        ready_made.manage("migrate", "--noinput", DATABASE_URL=self._server.create_database(name))
        return name


def database(name: str, url: str, redis_url: str, folder: Path) -> Database:
    folder.mkdir(exist_ok=True)
    own = {
        **dict.fromkeys(NOT_FROM_DOT_ENV, ""),
        "DEBUG": "true",
        "SITE_URL": "http://localhost:8000",
        "DATABASE_URL": url,
        "REDIS_URL": redis_url,
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "JOURNAL_DIR": str(folder / "journal"),
        ready_made.FOLDER: str(folder.parent),
    }
    return Database(name, {**os.environ, **own}, folder)
