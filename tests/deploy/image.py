"""The container image, built and run without Docker: by buildah, on a base made of Debian's packages."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.conftest import ROOT

BASE, IMAGE = "localhost/clock-work-base", "localhost/clock-work"
SUITE = "bookworm"
PACKAGES = "passwd,python3,python3-venv,python-is-python3,ca-certificates"
LEAVE_OUT = ["--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"]
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


class CannotBuildError(Exception):
    """What is missing is no fault of the Dockerfile."""


class Buildah:
    """Images and containers in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        storage = f'[storage]\ndriver = "overlay"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/images"\n'
        (folder / "storage.conf").write_text(storage)
        (folder / "pip.conf").write_text(f"[global]\ncert = {AUTHORITIES}\n")
        self.pip_conf = folder / "pip.conf"
        self.environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")}

    def __call__(self, *arguments: str | Path) -> str:
        """What it says. Raises AssertionError with that when it fails."""
        done = self.ask(*arguments)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def ask(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = ["buildah", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def make_base(self) -> None:
        """A small Debian with Python, in place of the image that the Dockerfile names."""
        container = self("from", "scratch")
        bootstrap = ["mmdebstrap", "--quiet", "--variant=essential", "--mode=root", f"--include={PACKAGES}"]
        bootstrap += ["--dpkgopt=force-unsafe-io", *LEAVE_OUT, SUITE, self("mount", container)]
        made = subprocess.run(bootstrap, capture_output=True, text=True, check=False)
        if made.returncode:
            raise CannotBuildError(f"Debian's packages cannot be had: {made.stderr[-300:]}")
        self("commit", "--quiet", container, BASE)
        self("rm", container)

    def build(self) -> None:
        """The image of our Dockerfile on that base, by the authorities that this machine trusts."""
        trust = [f"--volume={self.pip_conf}:/etc/pip.conf:ro", f"--volume={AUTHORITIES}:{AUTHORITIES}:ro"]
        named = ["--build-arg", f"BASE={BASE}", "--tag", IMAGE, "--format", "docker"]
        self("build", "--quiet", "--isolation", "chroot", *trust, *named, ROOT)

    @contextmanager
    def container(self, **environment: str) -> Iterator[str]:
        """One of the image that commands can be run in."""
        container = self("from", IMAGE)
        settings = [f"--env={name}={value}" for name, value in environment.items()]
        self("config", *settings, container)
        try:
            yield container
        finally:
            self("rm", container)

    def command(self, container: str, *command: str) -> list[str]:
        """What carries out a command in the container, as its user."""
        return ["buildah", "run", "--isolation", "chroot", container, "--", *command]


def why_not() -> str:
    """What keeps it from being built on this machine; empty if nothing does."""
    missing = [program for program in ("buildah", "mmdebstrap") if shutil.which(program) is None]
    if missing:
        return f"{' and '.join(missing)} cannot be found"
    return "" if os.geteuid() == 0 else "building without rights is not prepared"
