"""How connections to PostgreSQL are made: a dead peer is noticed soon, and DATABASE_URL has the last word."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.deploy.conftest import ROOT

PROGRAM = """
import json, sys
sys.argv[0] = {name!r}
from clock_work import settings
print(json.dumps([settings.DATABASES["default"]["OPTIONS"], settings.DATABASE_IDLE_IN_TRANSACTION_SECONDS]))
"""


def read(query: str, program: str = "daphne") -> tuple[dict[str, Any], int]:
    """The options of connections, and how long they may idle in a transaction."""
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(name=program)],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "true", "DATABASE_URL": f"postgres://me:secret@localhost/mine{query}"},
        capture_output=True,
        text=True,
        check=True,
    )
    options, seconds = json.loads(answer.stdout)
    return options, seconds


@pytest.mark.parametrize(("program", "seconds"), [("daphne", 0), ("celery", 60)])
def test_a_dead_peer_is_noticed_within_half_a_minute(program: str, seconds: int) -> None:
    options, idle = read("", program)
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 30
    assert options["tcp_user_timeout"] <= 30_000
    assert idle == seconds


def test_what_the_url_says_wins_and_the_rest_stays() -> None:
    options, _ = read("?sslmode=require&connect_timeout=9&options=-c%20statement_timeout%3D5000")
    assert (options["sslmode"], options["connect_timeout"]) == ("require", 9)
    assert options["options"] == "-c statement_timeout=5000"
    assert options["keepalives_idle"] == 10
