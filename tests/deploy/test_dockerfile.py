"""The Dockerfile as a linter reads it, and what its image needs to be."""

import re
import subprocess
import sys
from pathlib import Path

from tests.deploy.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_linter_has_nothing_to_say() -> None:
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    command = [hadolint, "--strict-labels", "--failure-threshold", "style", "Dockerfile"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.stdout + linted.stderr == ""
    assert linted.returncode == 0


def test_the_linter_would_say_something(tmp_path: Path) -> None:
    worse = tmp_path / "Dockerfile"
    worse.write_text(DOCKERFILE + "USER root\nRUN cd /app && pip install anything\n")
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    linted = subprocess.run([hadolint, worse], capture_output=True, text=True, check=False)
    assert linted.returncode != 0
    assert {"DL3002", "DL3013"} <= set(re.findall(r"DL\d+", linted.stdout))


def test_both_stages_stand_on_the_same_pinned_base() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert re.search(r"^ARG BASE=python:3\.\d+-slim$", DOCKERFILE, re.MULTILINE)


def test_what_the_image_starts_is_there() -> None:
    for module in re.findall(r'"python", "-m", "([\w.]+)"', DOCKERFILE):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    assert re.search(r"^HEALTHCHECK .*bin\.healthcheck", DOCKERFILE, re.MULTILINE)
