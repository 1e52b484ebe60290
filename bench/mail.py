"""How fast a worker e-mails, beside what smtplib and Django manage with the same messages.

2,000 recipients: ten runs of "E-mail a note" with 200 each, through one Celery worker with one child, which
claims, sends, records and reports progress as it always does. Then the same 2,000 messages, byte by byte, by
a bare smtplib loop and by Django's SMTP backend, each on one connection that is kept open. All go to the same
sink on loopback. Rounds alternate, so that a busy machine is as bad for all; the medians count.
"""

import argparse
import json
import os
import platform
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from email.generator import BytesGenerator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.servers import postgres_server, valkey_server, wait_until
from tests.smtp_sink import HOST, Received, Sink
from tests.stack import Stack, stack

if TYPE_CHECKING:
    from notes.models import Note

RUNS = 10
RECIPIENTS = 200
RESULTS = Path(__file__).parent / "results" / "mail.json"
PARAGRAPH = (
    "The quick brown fox jumps over the lazy dog, and *then* looks at [the map](https://example.org/map) "
    "to see how far it still is to the river, where the others said that they would wait until noon.\n\n"
)
NOTE = "# Where we meet\n\n" + PARAGRAPH * 18  # 3.7 KB, which make a message of 8 KB, text and HTML together


class House:
    """A worker with one child, and what it needs; this process is the one who asks for e-mails."""

    def __init__(self, processes: Stack, sink: Sink) -> None:
        self.processes = processes
        self.sink = sink
        os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="clock_work.settings")
        processes.manage("migrate", "--verbosity=0")
        import django  # noqa: PLC0415 - the environment decides what it sets up

        django.setup()
        self.note = self._note()
        processes.start_worker()

    def send(self, runs: int, recipients: int) -> float:
        """Seconds from the commit that asks for the runs to the end of the last one."""
        from django.db import transaction  # noqa: PLC0415

        from tasks.models import Run  # noqa: PLC0415

        with transaction.atomic():
            started = [self._start(number, recipients) for number in range(runs)]
            pks = [run.pk for run in started]
            begun = time.perf_counter()
        wait_until(lambda: not Run.objects.filter(pk__in=pks).unfinished().exists(), 300, 0.02)
        seconds = time.perf_counter() - begun
        ends = set(Run.objects.filter(pk__in=pks).values_list("state", "summary"))
        if ends != {("completed", f"{recipients} sent")}:
            raise RuntimeError(f"the runs ended otherwise than they should: {ends}")
        return seconds

    def _start(self, number: int, recipients: int) -> Any:
        from tasks.door import start  # noqa: PLC0415

        addresses = [f"person{number * recipients + index}@example.org" for index in range(recipients)]
        params = {"note": self.note.pk, "recipients": addresses}
        return start("note.email", owner=self.note.owner, params=params, about=self.note)

    def _note(self) -> "Note":
        from notes.models import Note  # noqa: PLC0415
        from tests.factories import make_user  # noqa: PLC0415

        return Note.objects.create(owner=make_user("writer"), title="Where we meet", body=NOTE)


class Bare:
    """A loop around smtplib's sendmail."""

    def __init__(self, port: int, messages: list[Received]) -> None:
        self._connection = smtplib.SMTP(HOST, port)
        self._messages = messages

    def send(self) -> None:
        for message in self._messages:
            self._connection.sendmail(message.sender, message.to, message.raw)


class Django:
    """Django's SMTP backend: each message is an object of its own, made into bytes as Django does it."""

    def __init__(self, port: int, messages: list[Received]) -> None:
        from django.core.mail.backends.smtp import EmailBackend  # noqa: PLC0415

        self._backend = EmailBackend(host=HOST, port=port, username="", password="", use_tls=False)
        self._backend.open()
        self._messages = [_for_django(message) for message in messages]

    def send(self) -> None:
        for message in self._messages:
            self._backend.send_messages([message])


class DjangoBuilding(Django):
    """The same, but built from subject, text and HTML as the code of an application does."""

    def __init__(self, port: int, messages: list[Received]) -> None:
        super().__init__(port, [])
        self._parts = [_parts(message) for message in messages]

    def send(self) -> None:
        from django.core.mail import EmailMultiAlternatives  # noqa: PLC0415

        for html, fields in self._parts:
            message = EmailMultiAlternatives(**fields)
            message.attach_alternative(html, "text/html")
            self._backend.send_messages([message])


def _for_django(received: Received) -> Any:
    from django.core.mail import EmailMessage  # noqa: PLC0415

    parsed = message_from_bytes(received.raw, policy=policy.compat32)

    class Flattened:
        @staticmethod
        def as_bytes(linesep: str) -> bytes:
            out = BytesIO()
            BytesGenerator(out, mangle_from_=False, policy=policy.compat32).flatten(parsed, linesep=linesep)
            return out.getvalue()

    class Identical(EmailMessage):
        def message(self) -> Any:  # type: ignore[override]
            return Flattened

    return Identical(from_email=received.sender, to=received.to)


def _parts(received: Received) -> tuple[str, dict[str, Any]]:
    message = received.message
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    kept = ("Reply-To", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")
    fields = {
        "subject": received.subject,
        "body": text.get_content() if text else "",
        "from_email": str(message["From"]),
        "to": received.to,
        "headers": {name: str(message[name]) for name in kept},
    }
    return (html.get_content() if html else ""), fields


@contextmanager
def house(*, postgres: bool) -> Iterator[House]:
    with ExitStack() as stack_of_all:
        folder = Path(stack_of_all.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-bench-")))
        valkey = stack_of_all.enter_context(valkey_server())
        sink = stack_of_all.enter_context(Sink())
        database = f"sqlite:///{folder / 'bench.sqlite3'}"
        if postgres:
            database = stack_of_all.enter_context(postgres_server()).create_database("bench")
        environment = {
            "DATABASE_URL": database,
            "REDIS_URL": valkey.url,
            "EMAIL_HOST": HOST,
            "EMAIL_PORT": str(sink.port),
            "MAIL_DAILY_LIMIT": "1000000",
            "MAIL_DAILY_LIMIT_PER_ADDRESS": "1000000",
            "WORKER_CONCURRENCY": "1",
            "TASKS_LEASE_SECONDS": "30",
            "LOG_LEVEL": "WARNING",
        }
        yield House(stack_of_all.enter_context(stack(folder, **environment)), sink)


def timed(send: Callable[[], None]) -> float:
    begun = time.perf_counter()
    send()
    return time.perf_counter() - begun


def measure(rounds: int, *, postgres: bool) -> dict[str, list[float]]:
    """Messages a second, of each way in each round."""
    with house(postgres=postgres) as all_of_it:
        sink = all_of_it.sink
        all_of_it.send(RUNS, RECIPIENTS)
        messages = sink.messages()
        sink.configure(bodies=False)
        ways: dict[str, Callable[[], float]] = {
            "worker": lambda: all_of_it.send(RUNS, RECIPIENTS),
            "smtplib": lambda: timed(Bare(sink.port, messages).send),
            "django": lambda: timed(Django(sink.port, messages).send),
            "django building": lambda: timed(DjangoBuilding(sink.port, messages).send),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(1, rounds + 1):
            for name, way in ways.items():
                rates[name].append(round(len(messages) / way(), 1))
            print(
                f"round {number}:", ", ".join(f"{name} {rates[name][-1]:.0f}/s" for name in ways), flush=True
            )
        sizes = statistics.median(message.size for message in messages)
        print(f"each message {sizes / 1000:.1f} KB; {sink.count()} messages in the sink")
        if sink.count() != len(messages) * (1 + rounds * len(ways)):
            raise RuntimeError("the sink did not get each message once")
    return rates


TITLES = {
    "worker": "Clock Work, one worker with one child",
    "smtplib": "bare smtplib loop",
    "django": "Django's SMTP backend, the same messages",
    "django building": "Django's SMTP backend, building them",
}


def report(rates: dict[str, list[float]], *, postgres: bool, rounds: int) -> dict[str, Any]:
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"\n{'':44}{'median/s':>10}{'lowest':>9}{'highest':>9}{'of smtplib':>12}")
    for name, values in rates.items():
        share = medians[name] / medians["smtplib"]
        print(f"{TITLES[name]:44}{medians[name]:10.0f}{min(values):9.0f}{max(values):9.0f}{share:12.0%}")
    return {
        "what": f"{RUNS} runs of {RECIPIENTS} recipients, messages per second",
        "database": "PostgreSQL" if postgres else "SQLite",
        "rounds": rounds,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "medians": medians,
        "all": rates,
        "faster than django": round(medians["worker"] / medians["django"], 2),
        "share of smtplib": round(medians["worker"] / medians["smtplib"], 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench mail", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--postgres", action="store_true", help="over PostgreSQL instead of SQLite")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the figures go, as JSON")
    options = parser.parse_args()
    rates = measure(options.rounds, postgres=options.postgres)
    figures = report(rates, postgres=options.postgres, rounds=options.rounds)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"written to {options.output}")
    return 0 if figures["faster than django"] > 1 else 1


if __name__ == "__main__":
    sys.exit(main())
