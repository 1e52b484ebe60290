"""Throw-away PostgreSQL, Valkey and RabbitMQ on loopback, for the tests and for `bin/test`.

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
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bin.loopback import HOST, free_port, wait_until
from bin.valkey import Valkey

__all__ = [
    "PostgresServer",
    "RabbitServer",
    "ValkeyServer",
    "free_port",
    "postgres_server",
    "rabbit_server",
    "valkey_server",
    "wait_until",
]


class Server:
    """One process in a session of its own, so that a signal reaches it and its children alone."""

    stop_signal = signal.SIGTERM
    port: int
    url: str

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
        self.url = self.url_of("postgres")
        self._account = server_account()
        self._data = folder / "data"
        self._initialise()

    def url_of(self, database: str) -> str:
        return f"postgres://postgres:{self.password}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """Make an empty database, or a copy of `template`, and give its URL back."""
        where = ["--host", HOST, "--port", str(self.port), "--username", "postgres"]
        self._run("createdb", *where, "--template", template, name)
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


class RabbitServer(Server):
    """What it confirmed outlasts `kill()`. Beside it runs the port mapper that Erlang needs."""

    START_TIMEOUT = 120  # it takes 10 s alone, and a minute on a busy machine

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._server, self._mapper = rabbit_programs()
        self.folder = folder
        self.port = free_port()
        self.password = secrets.token_urlsafe(24)
        self.url = f"amqp://clock_work:{self.password}@{HOST}:{self.port}//"
        self._environment = self._configure()
        self._mapping: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = START_TIMEOUT) -> None:
        super().start(timeout)

    def kill(self) -> None:
        """A quorum queue is written into the list of them up to a second after it was declared. Killed
        before, RabbitMQ 3.10 has the queue but not its leader, and whoever uses it waits for ever."""
        if self.process is not None:
            wait_until(self._queues_are_listed)
        super().kill()

    def _queues_are_listed(self) -> bool:
        for names in self.folder.glob("data/*/quorum/*/names.dets"):
            listed = names.read_bytes()
            if not all(queue.name.encode() in listed for queue in names.parent.iterdir() if queue.is_dir()):
                return False
        return True

    def close(self) -> None:
        """End it for good."""
        super().kill()
        if self._mapping is not None:
            self._mapping.kill()
            self._mapping.wait()

    def come_back(self) -> None:
        """Be there again, whatever was done to it."""
        if self.process is None:
            self.start()
        self.resume()

    def control(self, *arguments: str) -> None:
        """What operators do with `rabbitmqctl`."""
        command = [str(Path(self._server).with_name("rabbitmqctl")), "--quiet", *arguments]
        subprocess.run(command, cwd=self.folder, env=self._environment, check=True, capture_output=True)

    def answers(self) -> bool:
        """Whether it greets who speaks its protocol, which it does last of all when it starts."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, self.port), timeout=1) as connection,
        ):
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(connection.recv(1))
        return False

    def _configure(self) -> dict[str, str]:
        lines = [f"listeners.tcp.1 = {HOST}:{self.port}", "loopback_users = none"]
        lines += ["default_user = clock_work", f"default_pass = {self.password}"]
        lines += ["log.file = false", "log.console = true", "log.console.level = info"]
        configuration, plugins = self.folder / "rabbitmq.conf", self.folder / "enabled_plugins"
        configuration.write_text("\n".join([*lines, ""]))
        configuration.chmod(0o600)
        plugins.write_text("[].\n")
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_NODENAME": f"clock_work_{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(configuration),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
        }

    def _launch(self) -> subprocess.Popen[bytes]:
        if self._mapping is None:
            self._start_mapper()
        with (self.folder / "log").open("ab") as log:
            return self._start(self._server, stdout=log, stderr=log)

    def _start_mapper(self) -> None:
        """Started by us in the foreground, it ends with us; Erlang would leave one of its own behind."""
        self._mapping = self._start(self._mapper, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._mapper_answers, 30)

    def _mapper_answers(self) -> bool:
        address = HOST, int(self._environment["ERL_EPMD_PORT"])
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            return True
        return False

    def _start(self, program: str, **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [program],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )


def rabbit_programs() -> tuple[str, str]:
    """RabbitMQ's server and Erlang's port mapper; raises FileNotFoundError.

    Debian's script in the PATH changes to an account of its own and to the folders of the system's server.
    """
    packaged = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    server = str(packaged) if packaged.exists() else shutil.which("rabbitmq-server")
    mapper = shutil.which("epmd")
    if server is None or mapper is None:
        raise FileNotFoundError("RabbitMQ is not installed")
    return server, mapper


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


@contextlib.contextmanager
def rabbit_server() -> Iterator[RabbitServer]:
    """A running RabbitMQ with no queues."""
    folder = Path(tempfile.mkdtemp(prefix="clock-work-rabbitmq-"))
    server = None
    try:
        server = RabbitServer(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)
