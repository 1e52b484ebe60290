"""PostgreSQL with a database for each number of users, Valkey for sessions and frames, and this process."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.db import connection

from tests.servers import PostgresServer, ValkeyServer, postgres_server, valkey_server
from tests.stack import stack

EMPTY = "empty"  # the database that all others are copies of

USERS = """
    INSERT INTO accounts_user (
        password, is_superuser, username, name, is_staff, is_active, date_joined, email,
        time_zone, usercode, avatar
    )
    SELECT '!', false, 'person' || number, '', false, true, now() - interval '1 year',
        'person' || number || '@example.com', 'UTC', lpad(number::text, 6, '0'), ''
    FROM generate_series(1, %s - 1) AS number
"""
INBOXES = """
    INSERT INTO notifications_inbox (user_id, head, version, announcements_seen)
    SELECT id, 1, 1, %s FROM accounts_user
"""
ENTRIES = """
    INSERT INTO notifications_notification (
        user_id, number, event, title, body, level, url, panel, thread, together, count, folded,
        announcement_id, created_at, read_at
    )
    SELECT id, 1, 'broadcast', %s, '', 'info', '', '', '', '', 1, false, %s, now(),
        CASE WHEN id %% 2 = 0 THEN now() END
    FROM accounts_user
"""


class House:
    def __init__(self, folder: Path, postgres: PostgresServer, valkey: ValkeyServer) -> None:
        environment = {"DATABASE_URL": postgres.create_database(EMPTY), "REDIS_URL": valkey.url}
        with stack(folder, **environment, EMAIL_HOST="127.0.0.1", LOG_LEVEL="WARNING") as processes:
            processes.manage("migrate", "--verbosity=0")
            processes.manage("collectstatic", "--noinput", "--verbosity=0")
            os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="clock_work.settings")
        django.setup()

    def create(self, users: int) -> None:
        """A database with so many of them, the first of whom is staff; enters it."""
        self._use("postgres")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {_name_of(users)} TEMPLATE {EMPTY}")
        self.enter(users)
        fill(users)

    def enter(self, users: int) -> None:
        """Whatever this process asks the database for goes to this one from now on."""
        self._use(_name_of(users))

    def _use(self, database: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = database


def fill(users: int) -> None:
    """With an earlier broadcast in everybody's inbox."""
    from bench.broadcasting.acts import publish  # noqa: PLC0415 - models are there only now
    from tests.factories import make_user  # noqa: PLC0415

    earlier = publish(make_user("staff", is_staff=True, is_superuser=True), "Earlier")
    with connection.cursor() as cursor:
        cursor.execute(USERS, [users])
        cursor.execute(INBOXES, [earlier.number])
        cursor.execute(ENTRIES, [earlier.title, earlier.pk])
        cursor.execute("VACUUM ANALYZE")


def _name_of(users: int) -> str:
    return f"users_{users}"


@contextmanager
def house() -> Iterator[House]:
    with ExitStack() as servers:
        folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-bench-")))
        postgres = servers.enter_context(postgres_server())
        yield House(folder, postgres, servers.enter_context(valkey_server()))
