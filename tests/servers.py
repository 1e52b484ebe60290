"""Throw-away PostgreSQL and Valkey on loopback, for the tests and for `bin/test`.

    with valkey_server() as valkey, postgres_server() as postgres:
        valkey.kill()    # as a power cut would: SIGKILL, nothing is written
        valkey.start()   # back on the same port, with the same password, empty

Standard library only: `bin/test` starts these before anything of the project is imported.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bin.loopback import HOST, free_port, wait_until
from bin.valkey import Valkey

__all__ = ["PostgresServer", "ValkeyServer", "free_port", "postgres_server", "valkey_server", "wait_until"]


class Server:
    """One process in a session of its own, so that a signal reaches it and its children alone."""

    stop_signal = signal.SIGTERM
    port: int

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self.process is None:
            raise RuntimeError(f"{type(self).__name__} has not been started")
        return self.process.pid

    def start(self, timeout: float = 30) -> None:
        """Start on the same port as ever and return once it answers."""
        self.process = self._launch()
        wait_until(self._is_up, timeout)

    def stop(self) -> None:
        """Let it end in good order."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def answers(self) -> bool:
        raise NotImplementedError

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _is_up(self) -> bool:
        if self.process is not None and (code := self.process.poll()) is not None:
            raise ChildProcessError(f"{type(self).__name__} ended with {code} instead of starting")
        return self.answers()

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if how is signal.SIGKILL:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class ValkeyServer(Server):
    def __init__(self, port: int | None = None, password: str | None = None) -> None:
        super().__init__()
        self._valkey = Valkey(
            port=port or free_port(), password=secrets.token_urlsafe(24) if password is None else password
        )
        self.port = self._valkey.port
        self.password = self._valkey.password
        self.url = self._valkey.url

    def answers(self) -> bool:
        return self._valkey.answers()

    def _launch(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self._valkey.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        assert process.stdin is not None
        with process.stdin as configuration:
            configuration.write(self._valkey.config.encode())
        return process


class PostgresServer(Server):
    """What was committed outlasts `kill()`; `fsync` is off, so not a crash of the machine."""

    stop_signal = signal.SIGINT  # "fast": does not wait for clients

    def __init__(self, folder: Path, port: int | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.port = port or free_port()
        self.password = secrets.token_urlsafe(24)
        self._account = server_account()
        self._data = folder / "data"
        self._initialise()

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgres://postgres:{self.password}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Make an empty database and give its URL back."""
        self._run("createdb", "--host", HOST, "--port", str(self.port), "--username", "postgres", name)
        return self.url_of(name)

    def answers(self) -> bool:
        ready = [program("pg_isready"), "--quiet", "--host", HOST, "--port", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def _initialise(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        password_file.chmod(0o600)
        if self._account:
            for path in (self.folder, password_file):
                shutil.chown(path, self._account)
        rules = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        self._run("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", *rules, str(self._data))

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "200",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [program("postgres"), "-D", str(self._data), *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._privileges(),
            )

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [program(name), *arguments],
            env={**os.environ, "PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            check=False,
            **self._privileges(),
        )
        if done.returncode:
            raise ChildProcessError(f"{name} failed: {done.stderr.strip()}")

    def _privileges(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root."""
        if self._account is None:
            return {"cwd": self.folder}
        group = pwd.getpwnam(self._account).pw_gid
        return {"user": self._account, "group": group, "extra_groups": [], "cwd": self.folder}


def server_account() -> str | None:
    """Whom root starts PostgreSQL as; everybody else starts it as themselves."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def program(name: str) -> str:
    """A program of PostgreSQL, the newest where there are several; raises FileNotFoundError."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parent.parent.name)
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"PostgreSQL's {name} is not installed")
    return found


@contextlib.contextmanager
def valkey_server(port: int | None = None, password: str | None = None) -> Iterator[ValkeyServer]:
    """A running, empty Valkey; `password=""` for none, otherwise a random one."""
    server = ValkeyServer(port, password)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextlib.contextmanager
def postgres_server(port: int | None = None) -> Iterator[PostgresServer]:
    """A running PostgreSQL with the empty database `postgres` (`create_database()` makes more)."""
    folder = Path(tempfile.mkdtemp(prefix="clock-work-postgres-"))
    server = None
    try:
        server = PostgresServer(folder, port)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
