"""On Debian, as root: the system packages the tests need, with none of their services started."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
PACKAGES = ["postgresql", "rabbitmq-server", "chromium", "chromium-headless-shell", "libatomic1"]
PACKAGES += ["fonts-dejavu-core", "python3-venv", "curl"]
FOR_THE_IMAGE = ["buildah", "mmdebstrap"]


def install_missing(*more: str) -> None:
    """Install what is not there yet; where that cannot be done, the tests name what they leave out."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    missing = [package for package in [*PACKAGES, *more] if not _is_installed(package)]
    if not missing:
        return
    print(f"Installing {', '.join(missing)} …", flush=True)
    with _services_kept_from_starting():
        _apt_get("update")
        _apt_get("install", "--yes", "--no-install-recommends", *missing)


def _is_installed(package: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdin=subprocess.DEVNULL, check=False)


@contextlib.contextmanager
def _services_kept_from_starting() -> Iterator[None]:
    before = POLICY.read_bytes() if POLICY.exists() else None
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            POLICY.unlink(missing_ok=True)
        else:
            POLICY.write_bytes(before)
