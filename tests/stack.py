"""The real processes of the product, web, worker and beat, over servers of a test's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests import ready_made
from tests.servers import free_port, wait_until

ROOT = ready_made.ROOT
BIN = Path(sys.executable).parent
WEB_SERVERS = {"daphne": ("-b", "127.0.0.1", "-p"), "uvicorn": ("--host", "127.0.0.1", "--port")}


class Stack:
    """Processes with one environment. Each runs in a session of its own, so that a kill takes it whole."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
            **ready_made.AS_IN_PRODUCTION,
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "JOURNAL_DIR": str(folder / "journal"),
            "FILES_DIR": str(folder / "files"),
            "STATIC_ROOT": str(folder / "static"),
            "WORKER_CONCURRENCY": "2",
            "TASKS_LEASE_SECONDS": "5",
            "TASKS_SWEEP_SECONDS": "1",
            "TASKS_REPUBLISH_SECONDS": "3",
            "TASKS_RETRY_SECONDS": "0.5",
            "EMAIL_USE_TLS": "false",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints; raises CalledProcessError."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def migrate(self) -> None:
        """Make the tables; an SQLite file is a copy of one that has them."""
        scheme, _, path = self.environment["DATABASE_URL"].partition(":///")
        if scheme == "sqlite":
            shutil.copyfile(ready_made.migrated_sqlite(), path)
        else:
            self.manage("migrate", "--noinput")

    def collect_static_files(self) -> None:
        """Have the files that pages need; all stacks share them."""
        self.environment["STATIC_ROOT"] = str(ready_made.static_files())

    def start_web(self, *arguments: str, server: str = "daphne") -> None:
        address = [*WEB_SERVERS[server], str(self.port)]
        self._start("web", server, *address, *arguments, "clock_work.asgi:application")
        wait_until(self.answers, 60)

    def start_worker(self, name: str = "worker", queues: str = "short,long", **environment: str) -> None:
        """Start one under the node's name `name`, with an `environment` of its own beside the others'."""
        before = self.log(name).count(" ready.")
        arguments = ["-A", "clock_work", "worker", "-Q", queues, "-n", f"{name}@%h", "--loglevel=info"]
        self._start(name, "celery", *arguments, **environment)
        wait_until(lambda: self.log(name).count(" ready.") > before, 60)

    def start_beat(self, *arguments: str, name: str = "beat") -> None:
        self._start(name, "celery", "-A", "clock_work", "beat", "--pidfile=", "--loglevel=info", *arguments)

    def answers(self) -> bool:
        self.raise_if_ended("web")
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def raise_if_ended(self, name: str) -> None:
        if self.processes[name].poll() is not None:
            raise ChildProcessError(f"{name} ended:\n{self.log(name)[-3000:]}")

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all its children, as the kernel or a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str, timeout: float = 30) -> int:
        """SIGTERM to the leader, as a supervisor sends it; gives its exit code."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(timeout)

    def close(self) -> None:
        for name in list(self.processes):
            with contextlib.suppress(ProcessLookupError):
                self.kill(name)

    def _start(self, name: str, program: str, *arguments: str, **environment: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(BIN / program), *arguments],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextlib.contextmanager
def stack(folder: Path, **environment: str) -> Iterator[Stack]:
    """A stack that is gone afterwards, whatever happened."""
    stack = Stack(folder, **environment)
    try:
        yield stack
    finally:
        stack.close()


def database_url() -> str:
    """Where the test's own connection leads, for the processes of a stack."""
    from django.db import connection  # noqa: PLC0415 - this module is also used without Django

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    login = f"{settings['USER']}:{settings['PASSWORD']}"
    return f"postgres://{login}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
