"""Thousands of requests are made from the description, and no answer is one that it does not name."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import User
from tests.api.clients import make_token
from tests.api.things import THINGS
from tests.notifications.processes import daphne
from tests.servers import valkey_server
from tests.stack import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

SECONDS = 50
SEED = int(os.environ.get("SCHEMATHESIS_SEED", "20261126"))
KEYS_OF_EACH = 8
MANY = "1000000"
# Not negative_data_rejection: what is of another type is read where it is plain what is meant, as "true" is.
# Not positive_data_acceptance: a schema does not say which cursors, zones and moments there are.
CHECKS = [
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
    *("ignored_auth", "unsupported_method", "use_after_free", "ensure_resource_availability"),
]
OPTIONS = [
    *("--checks", ",".join(CHECKS), "--max-time", str(SECONDS)),
    *("--suppress-health-check", "all", "--generation-database", "none"),
    *("--continue-on-failure", "--no-color"),
]


def test_no_answer_is_one_that_is_not_described(
    on_postgresql_alone: None, owner: User, private_files: Path, tmp_path: Path
) -> None:
    keys = {path: [make(owner) for _ in range(KEYS_OF_EACH)] for path, make in THINGS.items()}
    _, secret = make_token(owner)
    with (
        valkey_server() as valkey,
        daphne(
            tmp_path,
            valkey,
            FILES_DIR=str(private_files),
            API_REQUESTS_PER_MINUTE_PER_ADDRESS=MANY,
            API_REQUESTS_PER_MINUTE_PER_TOKEN=MANY,
            API_REQUESTS_PER_MINUTE_PER_USER=MANY,
        ) as processes,
    ):
        done = schemathesis(processes.url, secret, keys, tmp_path)
        assert done.returncode == 0, f"{done.stdout[-8_000:]}{done.stderr}\n{processes.log('web')[-3_000:]}"


def schemathesis(
    url: str, secret: str, keys: dict[str, list[int | str]], folder: Path
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "KNOWN_KEYS": json.dumps(keys),
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.api.known_words",
    }
    program = str(Path(sys.executable).with_name("schemathesis"))
    header = ["--header", f"Authorization: Bearer {secret}"]
    command = [program, "run", f"{url}/api/schema/", *header, *OPTIONS, "--seed", str(SEED)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=6 * SECONDS
    )
