"""Each bench can be asked for by its name, and says what it measures."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NAMES = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "bin" / "bench"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_a_name_it_lists_them_and_nothing_else() -> None:
    answer = bench()
    assert answer.returncode == 2
    assert answer.stderr.partition("there is: ")[2].split() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_measures(name: str) -> None:
    answer = bench(name, "--help")
    assert answer.returncode == 0
    assert answer.stdout.startswith(f"usage: bin/bench {name}")


@pytest.mark.parametrize("name", NAMES)
def test_its_results_are_kept(name: str) -> None:
    assert (ROOT / "bench" / "results" / f"{name}.json").exists()
