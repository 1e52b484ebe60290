"""`.venv` with exactly what a lock file says, made anew or brought up to date only when that changed."""

import contextlib
import fcntl
import hashlib
import importlib.util
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": ["requirements-dev.txt", "requirements.txt"],
}
CAN_RUN = "import pip, sys; sys.exit(sys.version_info < (3, 11))"


class SetupError(Exception):
    """Says in one sentence what the machine misses."""


def ensure(lock: str) -> Path:
    """Install what `lock` names, unless it is there already; gives the Python to run it with."""
    with only_one("venv"):
        if not _usable():
            _create()
        if _stamp(lock) != _state(lock):
            _install(lock)
    return PYTHON


@contextlib.contextmanager
def only_one(name: str) -> Iterator[None]:
    """Wait until no other process is in the part of this name."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    with (VAR / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _usable() -> bool:
    """A `.venv` that was moved, or whose Python was removed, is not."""
    moved = any(stamp.read_text().split("\n")[0] != str(VENV) for stamp in VENV.glob("*.installed"))
    return (
        not moved and PYTHON.exists() and subprocess.run([PYTHON, "-c", CAN_RUN], check=False).returncode == 0
    )


def _create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError("This Python cannot make a virtual environment: install python3-venv.")
    print("Making .venv …", flush=True)
    venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def _install(lock: str) -> None:
    print(f"Installing what {lock} locks; later starts skip this …", flush=True)
    options = ["-qq", "--disable-pip-version-check", "--require-hashes", "--requirement", lock]
    # What is locked is all of it; and Python compiles at an import, which most modules never see.
    options += ["--no-deps", "--no-compile"]
    if subprocess.run([PYTHON, "-m", "pip", "install", *options], cwd=ROOT, check=False).returncode:
        raise SetupError(f"What {lock} locks could not be installed; pip says why above.")
    for installed in LOCKS[lock]:
        _stamp_file(installed).write_text(_state(installed))


def _state(lock: str) -> str:
    return f"{VENV}\n{hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()}\n"


def _stamp(lock: str) -> str:
    stamp = _stamp_file(lock)
    return stamp.read_text() if stamp.exists() else ""


def _stamp_file(lock: str) -> Path:
    return VENV / f"{lock}.installed"
