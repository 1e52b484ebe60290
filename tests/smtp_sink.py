"""A real SMTP server on loopback that keeps what it takes, and misbehaves as it is told.

    with Sink() as sink:
        ...                                     # send to sink.port
        sink.messages()                         # what it accepted, in order

    python -m tests.smtp_sink --port 0 --log FILE [--bodies]        # prints its port

It misbehaves towards recipients whose local part says so, up to a `.`, N times (always without N):

    rcpt-450-2.anna@…   answers 450 to RCPT twice, then takes the message (421 also hangs up)
    data-550.anna@…     answers 550 to the message itself
    hang-1.anna@…       takes and keeps the message, and never answers
    lost-1.anna@…       takes and keeps the message, and hangs up instead of answering
    drop-1.anna@…       hangs up when the message is to come
    slow-300.anna@…     answers the message after 300 ms

and towards everybody by `sink.configure(…)`, see `Behaviour`. One thread per connection: a thread that blocks
in recv() answers a single client faster than an event loop does.
"""

import argparse
import contextlib
import itertools
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

HOST = "127.0.0.1"
TRICK = re.compile(r"(rcpt|data|hang|lost|drop|slow)(?:-(\d+))?(?:-(\d+))?\.")
HEADER = re.compile(rb"^(Message-ID|Subject): ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(rb"<([^>]*)>")
FOREVER = 3600.0


@dataclass(frozen=True)
class Behaviour:
    """What the sink does to everybody; read anew for each connection and message."""

    delay: float = 0  # seconds before it answers a message
    pause: float = 0  # seconds before it answers RCPT
    greeting: int = 220  # 421: it hangs up at once
    login: int = 0  # 235: it asks for a log-in and takes it; 535: it refuses it
    mail: int = 250  # its answer to MAIL
    rcpt: int = 250
    data: int = 250  # its answer to a message
    pipelining: bool = True
    tls: str = ""  # "starttls" or "implicit", if started with a certificate
    hang_up_after: int = 0  # answers 421 to MAIL when it took so many messages on a connection
    drop_after_bytes: int = 0  # hangs up when so much of a message has come
    bodies: bool = True  # keep whole messages, if started with --bodies
    round: int = 0  # when it changes, the tricks are counted anew


class HangUp(Exception):  # noqa: N818 - the end of a connection is no error here
    """The connection ends here."""


class Ledger:
    """What was accepted, a JSON line each, and how often which trick was played."""

    def __init__(self, log: IO[str], control: Path | None, tls: ssl.SSLContext, *, bodies: bool) -> None:
        self.tls = tls
        self._log = log
        self._control = control
        self._bodies = bodies
        self._seen = 0
        self._behaviour = Behaviour()
        self._played: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def behaviour(self) -> Behaviour:
        changed = self._control.stat().st_mtime_ns if self._control else 0
        if self._control and changed != self._seen:
            behaviour = Behaviour(**json.loads(self._control.read_text()))
            if behaviour.round != self._behaviour.round:
                self._played.clear()
            self._behaviour, self._seen = behaviour, changed
        return self._behaviour

    def trick(self, recipient: str, *kinds: str) -> tuple[str, int]:
        """The (kind, number) of the trick to be played on this recipient now, or ("", 0)."""
        found = TRICK.match(recipient)
        if not found or found[1] not in kinds:
            return "", 0
        name, number, times = found[1], int(found[2] or 0), found[3]
        limit = times if name in {"rcpt", "data", "slow"} else found[2]
        with self._lock:
            if limit and self._played[recipient] >= int(limit):
                return "", 0
            self._played[recipient] += 1
        return name, number

    def keep(self, connection: int, sender: str, recipients: list[str], message: bytes) -> None:
        head = message.partition(b"\r\n\r\n")[0]
        headers = {name.lower(): value.decode("utf-8", "replace") for name, value in HEADER.findall(head)}
        line: dict[str, Any] = {
            "to": recipients,
            "from": sender,
            "message_id": headers.get(b"message-id", ""),
            "subject": headers.get(b"subject", ""),
            "time": time.time(),
            "connection": connection,
            "size": len(message),
        }
        if self._bodies and self._behaviour.bodies:
            line["message"] = message.decode("latin-1")
        with self._lock:
            self._log.write(json.dumps(line) + "\n")
            self._log.flush()


class Session:
    """One connection."""

    def __init__(self, connection: socket.socket, number: int, ledger: Ledger) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._number = number
        self._ledger = ledger
        self._behaviour = ledger.behaviour
        self._buffer = b""
        self._answers: list[bytes] = []
        self._sender = ""
        self._recipients: list[str] = []
        self._taken = 0

    def run(self) -> None:
        try:
            with contextlib.suppress(HangUp, OSError):
                if self._behaviour.tls == "implicit":
                    self._encrypt()
                self._greet()
                for line in iter(self._line, None):
                    self._command(line)
        finally:
            self._socket.close()

    def _encrypt(self) -> None:
        self._socket = self._ledger.tls.wrap_socket(self._socket, server_side=True)

    def _greet(self) -> None:
        code = self._behaviour.greeting
        self._answer(code, "sink")
        if code != 220:
            self._hang_up()

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._mail(line)
        elif verb == b"RCPT":
            self._rcpt(line)
        elif verb == b"DATA":
            self._data()
        elif verb == b"EHLO":
            self._ehlo()
        elif verb == b"STAR":
            self._answer(220, "go ahead")
            self._flush()
            self._encrypt()
        elif verb == b"AUTH":
            self._auth(line)
        elif verb == b"RSET":
            self._forget()
            self._answer(250, "ok")
        elif verb == b"QUIT":
            self._answer(221, "bye")
            self._hang_up()
        else:
            self._answer(250 if verb in {b"HELO", b"NOOP"} else 502, "sink")

    def _ehlo(self) -> None:
        words = ["sink", "8BITMIME", "ENHANCEDSTATUSCODES"]
        words += ["PIPELINING"] if self._behaviour.pipelining else []
        can_encrypt = self._behaviour.tls == "starttls" and not isinstance(self._socket, ssl.SSLSocket)
        words += ["STARTTLS"] if can_encrypt else []
        words += ["AUTH PLAIN LOGIN"] if self._behaviour.login else []
        for word in words[:-1]:
            self._answers.append(f"250-{word}\r\n".encode())
        self._answer(250, words[-1])

    def _auth(self, line: bytes) -> None:
        if line.upper().startswith(b"AUTH LOGIN"):
            self._answer(334, "UGFzc3dvcmQ6")
            self._line()
        self._answer(self._behaviour.login, "log-in")

    def _mail(self, line: bytes) -> None:
        self._behaviour = self._ledger.behaviour
        limit = self._behaviour.hang_up_after
        code = 421 if limit and self._taken >= limit else self._behaviour.mail
        self._sender = _address(line) if code == 250 else ""
        self._answer(code, "sender")
        if code == 421:
            self._hang_up()

    def _rcpt(self, line: bytes) -> None:
        recipient = _address(line)
        if self._behaviour.pause:
            time.sleep(self._behaviour.pause)
        kind, number = self._ledger.trick(recipient, "rcpt")
        code = number if kind else self._behaviour.rcpt if self._sender else 503
        if code == 250:
            self._recipients.append(recipient)
        self._answer(code, f"<{recipient}>: recipient")  # servers repeat it
        if code == 421:
            self._hang_up()

    def _data(self) -> None:
        if not self._recipients:
            self._answer(554, "no valid recipients")
            return
        kind, number = self._ledger.trick(self._recipients[0], "data", "hang", "lost", "drop", "slow")
        if kind == "drop":
            self._go_with_the_go_ahead()
        self._answer(354, "go ahead")
        message = self._message()
        code = number if kind == "data" else self._behaviour.data
        if code == 250:
            self._ledger.keep(self._number, self._sender, self._recipients, message)
        if kind == "hang":
            time.sleep(FOREVER)
        if kind == "lost":
            raise HangUp
        if delay := number / 1000 if kind == "slow" else self._behaviour.delay:
            time.sleep(delay)
        self._taken += 1
        self._answer(code, f"message for {', '.join(self._recipients)}")
        self._forget()
        if code == 421:
            self._hang_up()

    def _go_with_the_go_ahead(self) -> None:
        """Answer 354 and hang up in the same packet, so that no final dot can have been under way."""
        self._flush()
        encrypted = isinstance(self._socket, ssl.SSLSocket)
        self._socket.send(b"354 go ahead\r\n", 0 if encrypted else getattr(socket, "MSG_MORE", 0))
        raise HangUp

    def _message(self) -> bytes:
        self._flush()
        limit = self._behaviour.drop_after_bytes
        parts = [b"\r\n", self._buffer]
        end = b"\r\n" + self._buffer
        while b"\r\n.\r\n" not in end:
            part = self._receive()
            parts.append(part)
            end = end[-4:] + part
            if limit and sum(map(len, parts)) >= limit:
                raise HangUp
        message, _, self._buffer = b"".join(parts).partition(b"\r\n.\r\n")
        return message.replace(b"\r\n..", b"\r\n.")[2:] + b"\r\n"

    def _forget(self) -> None:
        self._sender, self._recipients = "", []

    def _answer(self, code: int, words: str) -> None:
        self._answers.append(f"{code} {words}\r\n".encode())

    def _flush(self) -> None:
        if self._answers:
            self._socket.sendall(b"".join(self._answers))
            self._answers.clear()

    def _line(self) -> bytes:
        """The next line. Answers go out when there is nothing left to read, as pipelining has it."""
        while b"\n" not in self._buffer:
            self._flush()
            self._buffer += self._receive()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _receive(self) -> bytes:
        part = self._socket.recv(262_144)
        if not part:
            raise HangUp
        return part

    def _hang_up(self) -> None:
        self._flush()
        raise HangUp


def _address(line: bytes) -> str:
    found = ADDRESS.search(line)
    return found[1].decode("utf-8", "replace") if found else ""


def serve(port: int, ledger: Ledger) -> None:
    listener = socket.create_server((HOST, port), backlog=128)
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - how it tells where it listens
    for number in itertools.count(1):
        connection, _ = listener.accept()
        threading.Thread(target=Session(connection, number, ledger).run, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="where accepted messages go, a JSON line each")
    parser.add_argument("--control", type=Path, help="a JSON file with the fields of Behaviour")
    parser.add_argument("--certificate", type=Path, help="a PEM file with certificate and key, for TLS")
    parser.add_argument("--bodies", action="store_true", help="keep the whole messages")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if options.certificate:
        tls.load_cert_chain(options.certificate)
    with (options.log or Path("/dev/null")).open("a") as log:
        serve(options.port, Ledger(log, options.control, tls, bodies=options.bodies))


@dataclass(frozen=True)
class Received:
    """A message the sink accepted."""

    to: list[str]
    sender: str
    message_id: str
    subject: str
    time: float
    connection: int  # which one of the sink's life it came by
    size: int
    raw: bytes = field(repr=False)

    @classmethod
    def read(cls, line: str) -> Self:
        logged = json.loads(line)
        return cls(
            to=logged["to"],
            sender=logged["from"],
            message_id=logged["message_id"],
            subject=str(make_header(decode_header(logged["subject"]))),
            time=logged["time"],
            connection=logged["connection"],
            size=logged["size"],
            raw=logged.get("message", "").encode("latin-1"),
        )

    @property
    def message(self) -> EmailMessage:
        """The parsed message; the sink must keep bodies."""
        return message_from_bytes(self.raw, policy=policy.default)


class Sink:
    """Starts the sink in a process of its own, and reads what came."""

    def __init__(self, *, bodies: bool = True, certificate: Path | None = None, **behaviour: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="clock-work-sink-")
        self._log = Path(self._folder.name) / "log"
        self._log.touch()
        self._control = Path(self._folder.name) / "control"
        self._bodies = bodies
        self._certificate = certificate
        self._process: subprocess.Popen[str] | None = None
        self._versions = itertools.count(1)
        self.port = 0
        self.behaviour = Behaviour()
        self.configure(**behaviour)

    def configure(self, **changes: Any) -> None:
        """Behave differently from now on; what is not named stays."""
        self.behaviour = replace(self.behaviour, **changes)
        draft = self._control.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self.behaviour)))
        draft.replace(self._control)

    def start(self) -> None:
        """Listen, on the same port as before."""
        command = [sys.executable, "-m", "tests.smtp_sink", "--port", str(self.port)]
        command += ["--log", str(self._log), "--control", str(self._control)]
        command += ["--bodies"] if self._bodies else []
        command += ["--certificate", str(self._certificate)] if self._certificate else []
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        """Go away: connections break, new ones are refused."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def messages(self) -> list[Received]:
        """What was accepted so far, in order."""
        with self._log.open() as lines:
            return [Received.read(line) for line in lines if line.endswith("\n")]

    def recipients(self) -> list[str]:
        """Who was written to, in order, as often as it happened."""
        return [address for message in self.messages() for address in message.to]

    def count(self) -> int:
        """How many messages came; cheap enough to be asked all the time."""
        return self._log.read_bytes().count(b"\n")

    def reset(self) -> None:
        """Be there, behave well, forget what came, count the tricks anew."""
        if self._process is None:
            self.start()
        self._log.write_text("")
        self.configure(**asdict(Behaviour(round=self.behaviour.round + 1)))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()


def sink(**behaviour: Any) -> Iterator[Sink]:
    """For a fixture: `yield from sink()`."""
    with Sink(**behaviour) as running:
        yield running


if __name__ == "__main__":
    main()
