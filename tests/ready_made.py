"""What is the same for every site of the tests, and takes seconds to make: made once, and then used by all.

`bin/test` names a folder for the whole run; otherwise it is one of this process.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

FOLDER = "READY_MADE_DIR"
ROOT = Path(__file__).parent.parent
AS_IN_PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "a-secret-of-the-tests-that-is-long-enough-to-satisfy-the-deployment-check",
    "ALLOWED_HOSTS": "127.0.0.1",
}


def migrated_sqlite(folder: Path | None = None) -> Path:
    """A database to copy."""
    return _made(
        folder or _folder(),
        "migrated.sqlite3",
        lambda path: manage("migrate", "--noinput", DATABASE_URL=f"sqlite:///{path}"),
    )


def static_files() -> Path:
    """A folder to serve, as it is in production."""
    return _made(
        _folder(), "static", lambda path: manage("collectstatic", "--noinput", STATIC_ROOT=str(path))
    )


def manage(*arguments: str, **environment: str) -> None:
    """Carry out a command of `manage.py` that needs no server; raises CalledProcessError."""
    settings = {
        **AS_IN_PRODUCTION,
        "SITE_URL": "http://127.0.0.1",
        "EMAIL_HOST": "127.0.0.1",
        "DATABASE_URL": "sqlite:///:memory:",
        "REDIS_URL": "redis://127.0.0.1:1",  # nobody is there
    }
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env={**os.environ, **settings, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _made(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    made = folder / name
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            begun = made.with_suffix(".begun")
            make(begun)
            begun.rename(made)
    return made


@cache
def _folder() -> Path:
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER])
    folder = tempfile.mkdtemp(prefix="clock-work-ready-made-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
