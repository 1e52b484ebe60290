"""`bin/test`, second half: the linters, and the tests on throw-away servers."""

import argparse
import contextlib
import math
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path

from bin.databases import Database, Lane, NotMigratedError, lanes
from bin.loopback import wait_until
from bin.report import Report, Tally
from bin.venv import ROOT

CHROMIUM = Path("/usr/bin/chromium")
LANES = 4  # two cores are busy then, although tests wait for much of their time
PART_TIMEOUT = 40 * 60
SLOW = "faults or e2e or image"
DEPLOY = ["tests/deploy"]  # what does without a database, and takes long
GROUPS = {  # by time; what is in none is a group of its own
    "tests of accounts and of the API": ["tests/accounts", "tests/api", "tests/test_access.py"],
    "tests of notifications": ["tests/notifications"],
    "tests of tasks and mail": ["tests/tasks", "tests/mail"],
}
LIVE = ["tests/e2e/live", "tests/e2e/test_broadcasts.py", "tests/e2e/test_export.py"]  # by time
EVERY_PAGE_AND_WHAT_HAS_ITS_TIME = [
    *("tests/e2e/test_every_page.py", "tests/e2e/test_main_path.py", "tests/e2e/test_quiet_hours.py"),
    *("tests/e2e/test_schedule.py", "tests/e2e/test_second_factor.py"),
]
WITHOUT_DATABASE = ["tests/api/test_guide.py", "tests/deploy/test_dev.py"]  # of the fault tests
SECOND_HALF_OF_FAULTS = [  # by time
    *("tests/faults/test_killed_worker.py", "tests/faults/test_mailjet.py"),
    *("tests/faults/test_pushes_lost.py", "tests/faults/test_two_beats.py"),
]
NO_TEST_SELECTED = 5  # pytest's exit code for it


@dataclass(frozen=True)
class Part:
    """A command that runs in a lane of its own."""

    label: str
    arguments: Sequence[str]
    database: str = "SQLite"
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.label

    def command(self, _on: Database) -> Sequence[str]:
        return self.arguments

    def tally(self, _on: Database, _output: str) -> Tally | None:
        """What it counted, where it counts."""
        return None

    def has_failed(self, code: int) -> bool:
        return code != 0


class JavaScript(Part):
    def tally(self, _on: Database, output: str) -> Tally:
        return Tally.of_node(output)


class Tests(Part):
    """The arguments are pytest's."""

    @property
    def name(self) -> str:
        return f"{self.label} on {self.database}"

    def command(self, on: Database) -> Sequence[str]:
        own = [f"--junitxml={self._junit(on)}", "-o", f"cache_dir={on.folder / 'cache'}"]
        return [sys.executable, "-m", "pytest", "--reuse-db", "--durations=25", *own, *self.arguments]

    def tally(self, on: Database, _output: str) -> Tally:
        return Tally.of_junit(self._junit(on))

    def has_failed(self, code: int) -> bool:
        return code not in (0, NO_TEST_SELECTED)

    def _junit(self, on: Database) -> Path:
        return on.folder / f"{self.name.replace(' ', '-')}.xml"


class Running:
    """A part that was started. Its output is printed as it comes, or kept."""

    def __init__(self, part: Part, on: Database, *, live: bool) -> None:
        self.part, self.database = part, on
        self.started = time.monotonic()
        self._kept = None if live else tempfile.TemporaryFile("w+")  # noqa: SIM115 -- read when it has ended
        self._process = subprocess.Popen(
            part.command(on),
            cwd=ROOT,
            env={**on.environment, **part.settings},
            stdout=self._kept,
            stderr=self._kept,
        )
        print(f"\n== {part.name}", flush=True)

    def code(self) -> int | None:
        """Its exit code, once it has ended."""
        if self._process.poll() is None and time.monotonic() > self.started + PART_TIMEOUT:
            print(f"{self.part.name} is stopped after {PART_TIMEOUT} s.")
            self.interrupt()
            self.wait()
            return self._process.returncode or 1
        return self._process.returncode

    def output(self) -> str:
        """What was kept of it; it is gone then."""
        if self._kept is None:
            return ""
        with self._kept as kept:
            kept.seek(0)
            return kept.read()

    def interrupt(self) -> None:
        """Have it stop its own servers, and end."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def wait(self) -> None:
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Run:
    """`lanes`: in each of them one part runs at a time."""

    def __init__(self, report: Report, lanes: Sequence[Lane]) -> None:
        self.report = report
        self.lanes = lanes
        self.databases = list(lanes[0])

    def all_at_once(self, parts: Iterable[Part]) -> None:
        """In this order, as lanes become free."""
        self._run(parts, self.lanes, live=False)

    def one_by_one(self, parts: Iterable[Part]) -> None:
        """Undisturbed, and watched while they run."""
        self._run(parts, self.lanes[:1], live=True)

    def _run(self, parts: Iterable[Part], lanes: Sequence[Lane], *, live: bool) -> None:
        waiting, free = deque(parts), deque(lanes)
        running: dict[Running, Lane] = {}
        with stopped_with_us(running):
            while waiting or running:
                while waiting and free:
                    part, lane = waiting.popleft(), free.popleft()
                    running[Running(part, lane[part.database], live=live)] = lane
                for ended in wait_until(partial(ended_of, running), math.inf):
                    free.append(running.pop(ended))
                    self.count(ended)

    def count(self, ended: Running) -> None:
        code, output, part = ended.code() or 0, ended.output(), ended.part
        failed = code if part.has_failed(code) else 0
        if output:
            print(f"\n== {part.name}\n{output}")
        self.report.add(part.name, ended.started, failed, part.tally(ended.database, output))

    def checks(self) -> Iterator[Part]:
        """Everything that is said about the code without running it, and the modules that node can run."""
        yield Part("mypy", [script("mypy"), "."])
        yield Part("ruff format", [script("ruff"), "format", "--check", "."])
        yield Part("ruff", [script("ruff"), "check", "."])
        deployment = manage("check", "--deploy", "--fail-level", "WARNING")
        yield Part("deployment check", deployment, settings=as_in_production())
        yield Part("missing migrations", manage("makemigrations", "--check", "--dry-run"))
        modules = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))
        if shutil.which("node") is None:
            print("There is no node here: the JavaScript modules are tested in the browser only.")
        elif modules:
            yield JavaScript("JavaScript modules", ["node", "--test", *map(str, modules)])

    def quick(self) -> Iterator[Part]:
        marks = f"not ({SLOW})"
        for each in self.databases:
            for label, paths in GROUPS.items():
                yield Tests(label, [*paths, *self.of(each, marks)], each)
            yield Tests(
                "tests", [*self.of(each, marks), *left_out([*DEPLOY, *chain(*GROUPS.values())])], each
            )
        yield Tests("tests of commands and containers", [*DEPLOY, "-m", marks])

    def faults(self) -> Iterator[Part]:
        marks = "faults and not punctual and not e2e"
        apart = [*WITHOUT_DATABASE, *SECOND_HALF_OF_FAULTS]
        half = [path for path in files_with("faults") if path not in apart]
        for each in self.databases:
            yield Tests("fault tests", [*half, *self.of(each, marks)], each)
            yield Tests("other fault tests", [*SECOND_HALF_OF_FAULTS, *self.of(each, marks)], each)
        yield Tests("fault tests of starting and the guide", [*WITHOUT_DATABASE, "-m", marks])

    def punctual(self) -> Iterator[Part]:
        """They measure how long people wait, and do little else meanwhile."""
        files = files_with("punctual")
        for each in self.databases:
            yield Tests("punctual tests", [*files, *self.of(each, "punctual and not e2e")], each)

    def browsers(self) -> Iterator[Part]:
        """Only what is live uses a database."""
        marked, label = ["-m", "e2e"], "browser tests of every page, and of what has its time"
        yield Tests(label, [*EVERY_PAGE_AND_WHAT_HAS_ITS_TIME, *marked])
        rest = left_out([*LIVE, *EVERY_PAGE_AND_WHAT_HAS_ITS_TIME])
        yield Tests("browser tests", ["tests/e2e", *rest, *marked])
        yield Tests("browser tests of what is live", [*LIVE, *marked], self.databases[-1])

    def named(self, name: str, marks: str) -> Iterator[Part]:
        for each in self.databases:
            yield Tests("tests", [*self.of(each, marks), "-k", name], each)

    def of(self, database: str, marks: str) -> list[str]:
        """What does not touch the database runs on the first one alone."""
        if database == self.databases[0]:
            return ["-m", marks]
        return ["-m", f"database and ({marks})", *left_out([*DEPLOY, "tests/e2e"])]


def main() -> None:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report()
    try:
        with lanes(1 if options.k else LANES, report) as ready:
            run_all(Run(report, ready), options)
    except KeyboardInterrupt:
        sys.exit(130)
    except NotMigratedError:
        sys.exit("The databases could not be migrated; the reason stands above.")
    sys.exit(report.close(must_be_whole=os.environ.get("CI") == "true"))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bin/test", description="Lint, and test on SQLite and PostgreSQL.")
    parser.add_argument(
        "--fast", action="store_true", help="without the browser and the process-killing tests"
    )
    parser.add_argument("--image", action="store_true", help="also build the container image (minutes)")
    parser.add_argument("-k", metavar="NAME", help="only the tests of this name, and no linting")
    return parser.parse_args(arguments)


def run_all(run: Run, options: argparse.Namespace) -> None:
    if not CHROMIUM.exists() and not options.fast:
        run.report.left_out.append("the browser tests (there is no /usr/bin/chromium)")
    if options.k:
        without = SLOW if options.fast else "image" if CHROMIUM.exists() else "e2e or image"
        run.one_by_one(run.named(options.k, f"not ({without})"))
        return
    if options.fast:
        run.all_at_once([*run.checks(), *run.quick()])
        return
    browsers = run.browsers() if CHROMIUM.exists() else []
    mixed = zip_longest(run.quick(), run.faults())  # what works, and what waits
    run.all_at_once([*run.checks(), *browsers, *filter(None, chain(*mixed))])
    run.all_at_once(run.punctual())
    if options.image:
        run.one_by_one([Tests("container image", ["-m", "image"])])


def as_in_production() -> dict[str, str]:
    return {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "clock-work.example",
        "SITE_URL": "https://clock-work.example",
        "EMAIL_HOST": "localhost",
    }


def left_out(paths: Sequence[str]) -> list[str]:
    return [f"--ignore={path}" for path in paths]


def files_with(mark: str) -> list[str]:
    """Where the tests of this mark are. To look for them everywhere takes longer than some of them."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path.relative_to(ROOT)) for path in files if f"pytest.mark.{mark}" in path.read_text()]


def script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def ended_of(running: Iterable[Running]) -> list[Running]:
    return [each for each in running if each.code() is not None]


@contextlib.contextmanager
def stopped_with_us(running: Collection[Running]) -> Iterator[None]:
    """Whatever of it still runs when we are to end."""
    try:
        yield
    except (Exception, SystemExit):  # at a Ctrl-C the terminal has told them itself
        for each in running:
            each.interrupt()
        raise
    finally:
        for each in running:
            each.wait()


if __name__ == "__main__":
    main()
