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
SLOW = "faults or e2e or image"
DEPLOY = ["tests/deploy"]  # what does without a database, and takes long
NOTIFICATIONS = ["tests/notifications"]  # by time
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


@dataclass(frozen=True)
class Part:
    """Tests that run in a process of their own."""

    label: str
    database: Database
    arguments: Sequence[str]


class Run:
    """`others`: one more of each of the databases, for what runs at the same time."""

    def __init__(self, report: Report, databases: Sequence[Database], others: Sequence[Database]) -> None:
        self.report = report
        self.databases = databases
        self.others = others

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

    def quick(self) -> None:
        """On every database in two parts, beside those of commands and containers; some wait a good deal."""
        marks = f"not ({SLOW})"
        self.at_once(
            "tests",
            *(
                Part("tests", each, [*self.of(each, marks), *left_out([*DEPLOY, *NOTIFICATIONS])])
                for each in self.databases
            ),
            *(
                Part("tests of notifications", each, [*NOTIFICATIONS, *self.of(each, marks)])
                for each in self.others
            ),
            Part("tests of commands and containers", self.databases[0], [*DEPLOY, "-m", marks]),
        )

    def faults(self) -> None:
        """On every database in two halves, and all at once, because they wait for much of their time."""
        marks = "faults and not punctual and not e2e"
        apart = [*WITHOUT_DATABASE, *SECOND_HALF_OF_FAULTS]
        half = [path for path in files_with("faults") if path not in apart]
        self.at_once(
            "fault tests",
            Part(
                "fault tests of starting and the guide", self.databases[0], [*WITHOUT_DATABASE, "-m", marks]
            ),
            *(Part("fault tests", each, [*half, *self.of(each, marks)]) for each in self.databases),
            *(
                Part("other fault tests", each, [*SECOND_HALF_OF_FAULTS, *self.of(each, marks)])
                for each in self.others
            ),
        )

    def punctual(self) -> None:
        files = files_with("punctual")
        for each in self.databases:
            self.alone(each, "punctual tests", *files, *self.of(each, "punctual and not e2e"))

    def browsers(self) -> None:
        """In three parts at once, which wait for much of their time; only what is live uses a database."""
        rest, marked = left_out([*LIVE, *EVERY_PAGE_AND_WHAT_HAS_ITS_TIME]), ["-m", "e2e"]
        label = "browser tests of every page, and of what has its time"
        self.at_once(
            "browser tests",
            Part("browser tests", self.databases[0], ["tests/e2e", *rest, *marked]),
            Part("browser tests of what is live", self.databases[-1], [*LIVE, *marked]),
            Part(label, self.others[0], [*EVERY_PAGE_AND_WHAT_HAS_ITS_TIME, *marked]),
        )

    def at_once(self, name: str, *parts: Part) -> None:
        """Each in a process of its own; only the first one's output is live."""
        started = announce(name)
        with contextlib.ExitStack() as stack:
            outputs = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in parts[1:]]
            streams = [None, *(output.fileno() for output in outputs)]
            running = [
                start(self.pytest(part), part.database.environment, stream)
                for part, stream in zip(parts, streams, strict=True)
            ]
            codes = wait(*running)
            for output in outputs:
                output.seek(0)
                print(output.read())
        for part, code in zip(parts, codes, strict=True):
            self.count(part, started, code)

    def one_by_one(self, label: str, marks: str, *arguments: str) -> None:
        for each in self.databases:
            self.alone(each, label, *self.of(each, marks), *arguments)

    def alone(self, database: Database, label: str, *arguments: str) -> None:
        started = announce(f"{label} on {database.name}")
        part = Part(label, database, arguments)
        (code,) = wait(start(self.pytest(part), database.environment))
        self.count(part, started, code)

    def of(self, database: Database, marks: str) -> list[str]:
        """What does not touch the database runs on the first one alone."""
        if database.name == self.databases[0].name:
            return ["-m", marks]
        return ["-m", f"database and ({marks})", *left_out([*DEPLOY, "tests/e2e"])]

    def pytest(self, part: Part) -> list[str]:
        own = [f"--junitxml={part.database.junit(part.label)}"]
        own += ["-o", f"cache_dir={part.database.folder / 'cache'}"]
        return [sys.executable, "-m", "pytest", "--reuse-db", "--durations=25", *own, *part.arguments]

    def count(self, part: Part, started: float, code: int) -> None:
        failed = 0 if code == NO_TEST_SELECTED else code
        tally = Tally.of_junit(part.database.junit(part.label))
        self.report.add(f"{part.label} on {part.database.name}", started, failed, tally)


def main() -> None:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report()
    try:
        with databases(report) as ready:
            run_all(Run(report, *ready), options)
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
    if not CHROMIUM.exists() and not options.fast:
        run.report.left_out.append("the browser tests (there is no /usr/bin/chromium)")
    if options.k:
        without = SLOW if options.fast else "image" if CHROMIUM.exists() else "e2e or image"
        run.one_by_one("tests", f"not ({without})", "-k", options.k)
        return
    run.lint()
    run.javascript()
    run.quick()
    if options.fast:
        return
    run.faults()
    run.punctual()
    if CHROMIUM.exists():
        run.browsers()
    if options.image:
        run.alone(run.databases[0], "container image", "-m", "image")


@contextlib.contextmanager
def databases(report: Report) -> Iterator[tuple[list[Database], list[Database]]]:
    """SQLite, and PostgreSQL where it is installed, each with a Valkey of its own; and another of each."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-test-")))
        urls = {
            "SQLite": [f"sqlite:///{folder / each / 'clock_work.sqlite3'}" for each in ("sqlite", "sqlite-2")]
        }
        try:
            program("initdb")
        except FileNotFoundError:
            report.left_out.append("the tests on PostgreSQL (it is not installed)")
        else:
            server = stack.enter_context(postgres_server())
            urls["PostgreSQL"] = [server.url, server.create_database("second")]
        try:
            rabbit_programs()
        except FileNotFoundError:
            report.left_out.append("the fault tests with RabbitMQ (it is not installed)")

        def ready(name: str, url: str, suffix: str) -> Database:
            redis_url = stack.enter_context(valkey_server()).url
            return database(name, url, redis_url, folder / f"{name.lower()}{suffix}")

        yield (
            [ready(name, first, "") for name, (first, _) in urls.items()],
            [ready(name, second, "-2") for name, (_, second) in urls.items()],
        )


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
