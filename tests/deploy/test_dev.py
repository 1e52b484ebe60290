"""`bin/dev` in a fresh copy of the project: from nothing to a page, and back to nothing."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bin.loopback import is_free
from tests.deploy.conftest import ROOT
from tests.deploy.processes import Process, processes
from tests.servers import free_port, valkey_server, wait_until

pytestmark = pytest.mark.faults

FROM_OUTSIDE = ("HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")


class Dev:
    """One start of `bin/dev`, in a session of its own as in a terminal of its own."""

    def __init__(self, checkout: Path, port: int | None = None, **environment: str) -> None:
        self.checkout = checkout
        self.port = port or free_port()
        self.log = checkout / f"log-{self.port}"
        own = {
            name: os.environ[name] for name in os.environ if name in FROM_OUTSIDE or name.startswith("PIP_")
        }
        path = f"{sys.base_prefix}/bin:{os.environ['PATH']}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [checkout / "bin" / "dev"],
                env={**own, "PATH": path, "PORT": str(self.port), **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.output
        return f"http://localhost:{self.port}" in self.output

    def wait_until_ready(self, timeout: float = 60) -> None:
        wait_until(self.is_ready, timeout)

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
        status = connection.getresponse().status
        connection.close()
        return status

    def programs(self) -> dict[str, Process]:
        """What the supervisor started, by name."""
        words = {"web": "daphne", "worker": " worker", "beat": " beat", "valkey": "valkey-server"}
        return {
            name: process
            for process in processes()
            for name, word in words.items()
            if process.parent == self.process.pid and word in process.arguments
        }

    def leftovers(self) -> list[Process]:
        return [process for process in processes() if str(self.checkout) in process.arguments]

    def exit_code(self) -> int:
        code = self.process.wait(timeout=60)
        wait_until(lambda: not self.leftovers(), 10)
        return code

    def close(self) -> None:
        for process in self.leftovers():
            os.kill(process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git would hand to somebody else, with what has not been committed yet."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
            (folder / name).chmod((ROOT / name).stat().st_mode)
    first = Dev(folder)
    try:
        first.wait_until_ready(timeout=600)
        assert first.get("/") == 200
        first.process.send_signal(signal.SIGINT)
        assert first.exit_code() == 0
    finally:
        first.close()
    return folder


@pytest.fixture
def dev(checkout: Path) -> Iterator[Dev]:
    """A second start: everything is installed."""
    dev = Dev(checkout)
    try:
        dev.wait_until_ready()
        yield dev
    finally:
        dev.close()


def test_a_second_start_takes_seconds_and_the_page_answers(checkout: Path) -> None:
    before = time.monotonic()
    dev = Dev(checkout)
    try:
        dev.wait_until_ready()
        assert time.monotonic() - before < 30
        assert "Installing" not in dev.output
        assert (dev.get("/"), dev.get("/healthz"), dev.get("/accounts/login/")) == (200, 200, 200)
    finally:
        dev.close()


def test_ctrl_c_in_the_terminal_stops_everything(dev: Dev) -> None:
    assert set(dev.programs()) == {"web", "worker", "beat", "valkey"}
    os.killpg(dev.process.pid, signal.SIGINT)

    assert dev.exit_code() == 0
    assert is_free(dev.port)
    assert "Traceback" not in dev.output


def test_a_signal_to_the_leader_alone_stops_everything(dev: Dev) -> None:
    dev.process.terminate()

    assert dev.exit_code() == 0
    assert is_free(dev.port)


@pytest.mark.parametrize("name", ["web", "worker", "beat", "valkey"])
def test_a_process_that_dies_takes_the_rest_down_and_is_named(dev: Dev, name: str) -> None:
    os.kill(dev.programs()[name].pid, signal.SIGKILL)

    assert dev.exit_code() == 1
    assert f"{name} ended by SIGKILL." in dev.output


def test_nobody_sees_the_password_of_the_embedded_server(dev: Dev) -> None:
    arguments = dev.programs()["valkey"].arguments
    port = re.search(r":(\d+)", arguments)
    assert port is not None

    assert arguments.split()[1:] == [f"127.0.0.1:{port[1]}"]
    assert "password" not in dev.output
    with socket.create_connection(("127.0.0.1", int(port[1])), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(100).startswith(b"-NOAUTH")


def test_a_configured_server_wins_over_the_embedded_one(checkout: Path) -> None:
    with valkey_server() as valkey:
        (checkout / ".env").write_text(f"REDIS_URL={valkey.url}\n")
        dev = Dev(checkout)
        try:
            dev.wait_until_ready()
            assert set(dev.programs()) == {"web", "worker", "beat"}
        finally:
            dev.close()
            (checkout / ".env").unlink()


def test_a_second_one_in_the_same_folder_says_so(dev: Dev) -> None:
    second = Dev(dev.checkout)

    assert second.process.wait(timeout=60) == 1
    assert second.output == "Clock Work already runs from this folder.\n"


def test_a_port_that_is_taken_is_one_sentence(checkout: Path) -> None:
    with valkey_server() as other:
        dev = Dev(checkout, other.port)

        assert dev.process.wait(timeout=60) == 1
        assert dev.output == (
            f"Port {other.port} is taken by another program; choose one with PORT=8001 bin/dev.\n"
        )


def test_a_database_that_is_away_is_no_page_of_traceback_of_ours(checkout: Path) -> None:
    dev = Dev(checkout, DATABASE_URL=f"postgres://nobody:nothing@127.0.0.1:{free_port()}/nothing")

    assert dev.process.wait(timeout=60) == 1
    assert dev.output.splitlines()[-1] == "The database could not be migrated; the reason stands above."
