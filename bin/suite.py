"""`bin/test`, second half: the linters, and the tests on throw-away servers."""

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bin.report import Report, Tally
from bin.venv import ROOT
from tests.servers import postgres_server, program, rabbit_programs, valkey_server

CHROMIUM = Path("/usr/bin/chromium")
STEP_TIMEOUT = 40 * 60
SECOND_HALF = ["tests/e2e/live", "tests/e2e/test_every_page.py"]  # of the browser tests, by time
NO_TEST_SELECTED = 5  # pytest's exit code for it
NOT_FROM_DOT_ENV = [
    "ALLOWED_HOSTS",
    "CELERY_BROKER_URL",
    "CLOUDAMQP_URL",
    "EMAIL_HOST",
    "EMAIL_PASS",
    "EMAIL_USER",
]
NOT_FROM_DOT_ENV += ["MAIL_JET_API_KEY", "MAIL_JET_API_SECRET", "MAIL_JET_API_URL", "MAIL_JET_SANDBOX"]
NOT_FROM_DOT_ENV += ["REDISCLOUD_URL", "SECRET_KEY"]
NOT_FROM_DOT_ENV += ["WEB_PUSH_PRIVATE_KEY", "WEB_PUSH_SERVICES"]


@dataclass(frozen=True)
class Database:
    """A database with a Valkey beside it, and a folder for what the tests write."""

    name: str
    environment: Mapping[str, str]
    folder: Path

    def junit(self, label: str) -> Path:
        return self.folder / f"{label.replace(' ', '-')}.xml"


class Run:
    def __init__(self, report: Report, databases: Sequence[Database]) -> None:
        self.report = report
        self.databases = databases

    def lint(self) -> None:
        """Everything that is said about the code without running it."""
        environment = self.databases[0].environment
        self.step("ruff format", environment, script("ruff"), "format", "--check", ".")
        self.step("ruff", environment, script("ruff"), "check", ".")
        self.step("mypy", environment, script("mypy"), ".")
        production = {**environment, **as_in_production()}
        self.step("deployment check", production, *manage("check", "--deploy", "--fail-level", "WARNING"))
        self.step("missing migrations", environment, *manage("makemigrations", "--check", "--dry-run"))

    def step(self, name: str, environment: Mapping[str, str], *command: str) -> None:
        started = announce(name)
        (code,) = wait(start(command, environment))
        self.report.add(name, started, code)

    def javascript(self) -> None:
        tests = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))
        if shutil.which("node") is None:
            print("There is no node here: the JavaScript modules are tested in the browser only.")
        elif tests:
            started = announce("JavaScript modules")
            done = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, check=False)
            print(done.stdout, done.stderr, sep="")
            self.report.add("JavaScript modules", started, done.returncode, Tally.of_node(done.stdout))

    def side_by_side(self, label: str, marks: str) -> None:
        """The same tests on every database at once, a core each; only the first one's output is live."""
        started = announce(label)
        first, *others = self.databases
        with contextlib.ExitStack() as stack:
            outputs = [stack.enter_context((each.folder / "output").open("w+")) for each in others]
            running = [start(self.command(first, label, marks), first.environment)]
            for each, output in zip(others, outputs, strict=True):
                running.append(start(self.command(each, label, marks), each.environment, output.fileno()))
            codes = wait(*running)
            for output in outputs:
                output.seek(0)
                print(output.read())
        for each, code in zip(self.databases, codes, strict=True):
            self.count(each, label, started, code)

    def browsers(self) -> None:
        """In two halves at once, the second one on the second database, if there is one."""
        marked = ("-m", "e2e")
        if len(self.databases) == 1:
            self.alone(self.databases[0], "browser tests", "e2e")
            return
        started = announce("browser tests")
        left_to_others = [f"--ignore={path}" for path in SECOND_HALF]
        halves = {
            "browser tests": (self.databases[0], ["tests/e2e", *left_to_others]),
            "browser tests of what is live, and of every page": (self.databases[1], SECOND_HALF),
        }
        with tempfile.TemporaryFile("w+") as output:
            streams = [None, output.fileno()]
            running = [
                start(self.pytest(database, label, *paths, *marked), database.environment, stream)
                for (label, (database, paths)), stream in zip(halves.items(), streams, strict=True)
            ]
            codes = wait(*running)
            output.seek(0)
            print(output.read())
        for (label, (database, _)), code in zip(halves.items(), codes, strict=True):
            self.count(database, label, started, code)

    def one_by_one(self, label: str, marks: str, *arguments: str) -> None:
        for each in self.databases:
            self.alone(each, label, marks, *arguments)

    def alone(self, database: Database, label: str, marks: str, *arguments: str) -> None:
        started = announce(f"{label} on {database.name}")
        (code,) = wait(start(self.command(database, label, marks, *arguments), database.environment))
        self.count(database, label, started, code)

    def command(self, database: Database, label: str, marks: str, *arguments: str) -> list[str]:
        """What does not touch the database runs on the first one alone."""
        if database is self.databases[0]:
            return self.pytest(database, label, "-m", marks, *arguments)
        left_to_it = ["--ignore=tests/deploy", "--ignore=tests/e2e"]
        return self.pytest(database, label, "-m", f"database and ({marks})", *left_to_it, *arguments)

    def pytest(self, database: Database, label: str, *arguments: str) -> list[str]:
        own = [f"--junitxml={database.junit(label)}", "-o", f"cache_dir={database.folder / 'cache'}"]
        return [sys.executable, "-m", "pytest", "--durations=25", *own, *arguments]

    def count(self, database: Database, label: str, started: float, code: int) -> None:
        failed = 0 if code == NO_TEST_SELECTED else code
        self.report.add(f"{label} on {database.name}", started, failed, Tally.of_junit(database.junit(label)))


def main() -> None:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report()
    try:
        with databases(report) as ready:
            run_all(Run(report, ready), options)
    except KeyboardInterrupt:
        sys.exit(130)
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
    slow = "faults or e2e or image"
    if not CHROMIUM.exists() and not options.fast:
        run.report.left_out.append("the browser tests (there is no /usr/bin/chromium)")
    if options.k:
        left_out = slow if options.fast else "image" if CHROMIUM.exists() else "e2e or image"
        run.one_by_one("tests", f"not ({left_out})", "-k", options.k)
        return
    run.lint()
    run.javascript()
    run.side_by_side("tests", f"not ({slow})")
    if options.fast:
        return
    run.side_by_side("fault tests", "faults and not punctual and not e2e")
    run.one_by_one("punctual tests", "punctual and not e2e")
    if CHROMIUM.exists():
        run.browsers()
    if options.image:
        run.alone(run.databases[0], "container image", "image")


@contextlib.contextmanager
def databases(report: Report) -> Iterator[list[Database]]:
    """SQLite, and PostgreSQL where it is installed, each with a Valkey of its own."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-test-")))
        urls = {"SQLite": f"sqlite:///{folder / 'sqlite' / 'clock_work.sqlite3'}"}
        try:
            program("initdb")
        except FileNotFoundError:
            report.left_out.append("the tests on PostgreSQL (it is not installed)")
        else:
            urls["PostgreSQL"] = stack.enter_context(postgres_server()).url
        try:
            rabbit_programs()
        except FileNotFoundError:
            report.left_out.append("the fault tests with RabbitMQ (it is not installed)")
        yield [
            database(name, url, stack.enter_context(valkey_server()).url, folder / name.lower())
            for name, url in urls.items()
        ]


def database(name: str, url: str, redis_url: str, folder: Path) -> Database:
    folder.mkdir(exist_ok=True)
    own = {
        **dict.fromkeys(NOT_FROM_DOT_ENV, ""),
        "DEBUG": "true",
        "SITE_URL": "http://localhost:8000",
        "DATABASE_URL": url,
        "REDIS_URL": redis_url,
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "JOURNAL_DIR": str(folder / "journal"),
    }
    return Database(name, {**os.environ, **own}, folder)


def as_in_production() -> dict[str, str]:
    return {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "clock-work.example",
        "SITE_URL": "https://clock-work.example",
        "EMAIL_HOST": "localhost",
    }


def script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def announce(name: str) -> float:
    print(f"\n== {name}", flush=True)
    return time.monotonic()


def start(
    command: Sequence[str], environment: Mapping[str, str], output: int | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


def wait(*processes: subprocess.Popen[bytes]) -> list[int]:
    """Their exit codes. One that hangs, or whose run is ended, may still stop its own servers."""
    deadline = time.monotonic() + STEP_TIMEOUT
    try:
        return [process.wait(timeout=deadline - time.monotonic()) for process in processes]
    except subprocess.TimeoutExpired:
        print(f"Stopped after {STEP_TIMEOUT} s.")
        interrupt(*processes)
        return [process.returncode or 1 for process in processes]
    except SystemExit:
        interrupt(*processes)
        raise
    finally:  # after a Ctrl-C the terminal has told them itself
        for process in processes:
            process.wait(timeout=60)


def interrupt(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
        if process.poll() is None:
            process.kill()


if __name__ == "__main__":
    main()
