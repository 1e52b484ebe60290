"""PostgreSQL is killed and comes back while a mailing goes out: nothing is lost, nothing is doubled."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import PostgresServer, ValkeyServer, postgres_server, wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack, stack

pytestmark = [
    pytest.mark.faults,
    pytest.mark.database,  # of its own
    pytest.mark.skipif(
        settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="the suite on PostgreSQL runs it"
    ),
]

RECIPIENTS = 200
ASK = f"""
from notes.models import Note
from tasks.door import start
from tests.factories import make_user
owner = make_user()
note = Note.objects.create(owner=owner, title="Kept", body="Hello.")
recipients = [f"guest{{number}}@example.net" for number in range({RECIPIENTS})]
start("note.email", owner=owner, params={{"note": note.pk, "recipients": recipients}}, about=note)
"""
STATE = """
from tasks.models import Run
print(*Run.objects.values_list("state", flat=True))
"""


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A server of the test's own: the other tests need theirs."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def site(postgres: PostgresServer, valkey: ValkeyServer, sink: Sink, tmp_path: Path) -> Iterator[Stack]:
    environment = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(sink.port), "REDIS_URL": valkey.url}
    with stack(tmp_path, DATABASE_URL=postgres.url, **environment) as site:
        site.migrate()
        yield site


def state(site: Stack) -> str:
    return site.manage("shell", "--no-imports", "-c", STATE).strip()


def test_a_mailing_goes_on_after_the_database_came_back(
    site: Stack, postgres: PostgresServer, sink: Sink
) -> None:
    sink.configure(pause=0.02)
    site.start_beat()
    site.start_worker()
    site.manage("shell", "--no-imports", "-c", ASK)
    wait_until(lambda: sink.count() >= 40, 60)
    postgres.kill()
    wait_until(lambda: "the database is away" in site.log("worker"), 60)
    postgres.start()
    wait_until(lambda: sink.count() >= RECIPIENTS, 90)
    site.raise_if_ended("worker")
    wait_until(lambda: state(site) == "completed", 60, interval=1)
    assert Counter(sink.recipients()).most_common(1)[0][1] == 1
    assert sink.count() == RECIPIENTS
