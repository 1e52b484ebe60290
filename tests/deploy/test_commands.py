"""The two commands that the README names are the ones that CI and people run."""

import os
import re

import pytest

from tests.deploy.conftest import ROOT


def test_ci_runs_the_readme_s_test_command_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in script if line and not line.startswith("#")]

    assert commands == ['exec "$(dirname "$0")/../bin/test"']


@pytest.mark.parametrize("command", ["bin/dev", "bin/test"])
def test_the_readme_names_the_command_in_a_block_of_its_own(command: str) -> None:
    blocks = re.findall(r"^```sh\n(.*?)\n```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)

    assert command in blocks


@pytest.mark.parametrize("command", ["bin/dev", "bin/test", "bin/lock", "bin/run-python", ".ci/run"])
def test_the_command_can_be_run(command: str) -> None:
    assert os.access(ROOT / command, os.X_OK)
