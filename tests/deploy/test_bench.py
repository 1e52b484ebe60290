"""Each bench can be asked for by its name, and says what it measures."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.servers import program

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


def has_postgres() -> bool:
    try:
        return bool(program("initdb"))
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not has_postgres(), reason="PostgreSQL is not installed")
def test_notes_are_measured_small_too(tmp_path: Path) -> None:
    """How long things took says nothing here. What is asked of the database is the same at any size."""
    output = tmp_path / "notes.json"
    answer = bench("notes", "--sizes=40,400", "--mine=40", "--rounds=2", f"--output={output}")
    measured = json.loads(output.read_text())
    is_met = {bar["what"]: bar["met"] for bar in measured["bars"]}
    assert answer.returncode == (0 if all(is_met.values()) else 1), answer.stderr
    assert is_met["acts that ask more queries of more notes"], answer.stdout
    kept = json.loads((ROOT / "bench" / "results" / "notes.json").read_text())
    assert list(measured["costs"]) == ["40", "400"]
    assert measured["costs"]["40"].keys() == measured["costs"]["400"].keys() == kept["costs"]["1000"].keys()
