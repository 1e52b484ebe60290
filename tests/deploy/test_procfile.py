"""The Procfile's lines, started as a platform starts them: by a shell, with settings of production."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.deploy.conftest import ROOT
from tests.deploy.processes import alive
from tests.servers import free_port, postgres_server, valkey_server, wait_until

LINES = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
BIN = Path(sys.executable).parent


class Platform:
    """Starts processes by their name in the Procfile, and stops each by SIGTERM to its leader."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", str(folder)),
            "DEBUG": "false",
            "SECRET_KEY": "long-enough-and-of-many-different-characters-0123456789",
            "ALLOWED_HOSTS": "clock-work.example",
            "SITE_URL": "https://clock-work.example",
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "EMAIL_HOST": "localhost",
            "STATIC_ROOT": str(folder / "static"),
            "WORKER_CONCURRENCY": "2",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", "-c", line]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                ["sh", "-c", f"exec {LINES[name]}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def runs(self, name: str) -> bool:
        return self.running[name].poll() is None

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def status(self, path: str) -> int | None:
        """What web answers to somebody who came by https through the platform's router."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Host": "clock-work.example", "X-Forwarded-Proto": "https"}
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except OSError:
            assert self.runs("web"), self.log("web")
            return None
        finally:
            connection.close()

    def worker_answers(self) -> bool:
        assert self.runs("worker"), self.log("worker")
        return "pong" in self.run("celery -A clock_work inspect ping --timeout 5").stdout

    def stop(self, name: str) -> int:
        """Its exit code."""
        process = self.running.pop(name)
        process.terminate()
        code = process.wait(timeout=30)
        wait_until(lambda: not alive(process.pid), 10)
        return code

    def close(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that has built and released the project."""
    try:
        postgres = postgres_server()
        with postgres as database, valkey_server() as valkey:
            platform = Platform(tmp_path_factory.mktemp("platform"), database.url, valkey.url)
            for line in ("python manage.py collectstatic --noinput", LINES["release"]):
                done = platform.run(line)
                assert done.returncode == 0, done.stderr
            yield platform
            platform.close()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


def test_it_names_release_web_worker_and_beat() -> None:
    assert list(LINES) == ["release", "web", "worker", "beat"]


def test_a_second_release_changes_nothing(platform: Platform) -> None:
    assert "No migrations to apply" in platform.run(LINES["release"]).stdout


def test_web_answers_on_its_port_and_stops_when_told(platform: Platform) -> None:
    platform.start("web")

    wait_until(lambda: platform.status("/healthz") == 200, 60)
    assert platform.status("/") == 200
    assert platform.run("python -m bin.healthcheck").returncode == 0
    assert platform.stop("web") == 0
    assert platform.run("python -m bin.healthcheck").returncode == 1


def test_worker_answers_a_ping_and_stops_when_told(platform: Platform) -> None:
    platform.start("worker")

    wait_until(platform.worker_answers, 60)
    assert platform.stop("worker") == 0


def test_beat_sends_what_is_due_and_stops_when_told(platform: Platform) -> None:
    broker = Redis.from_url(platform.environment["REDIS_URL"])
    platform.start("beat")

    wait_until(lambda: platform.runs("beat") and broker.llen("short"), 60)
    assert "tasks.sweep" in str(broker.lrange("short", 0, -1))
    assert platform.stop("beat") == 0
    broker.close()
