"""The way out by SMTP: one kept-open connection, driven command by command.

The stage at which something fails decides what it means, so the commands are sent here and not by
`smtplib.SMTP.sendmail()`; connecting, TLS, log-in and reading answers are smtplib's.
"""

import contextlib
import logging
import select
import smtplib
import socket
import ssl
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from django.conf import settings

from mail.letters import Letters
from mail.transports.base import (
    AnswerLost,
    ConnectionGone,
    Outcomes,
    Outgoing,
    Refused,
    TryLater,
    Unreachable,
    Unusable,
)
from tasks.models import Run

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
PIECE = 262_144
GO_AHEAD = 354
WANTS_LOG_IN = {530, 534, 535, 538}
PEER_IS_GONE = getattr(select, "POLLRDHUP", select.POLLHUP)


class Answer(NamedTuple):
    code: int
    text: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 400

    @property
    def words(self) -> str:
        printable = self.text.decode("utf-8", "replace").replace("\0", "")
        said = " ".join(printable.split())[:200]
        return f"The mail server said: “{self.code} {said}”."

    @property
    def discreet(self) -> str:
        return f"The mail server answered {self.code}."


class SmtpTransport:
    """Takes one message at a time, as bytes with CRLF line ends."""

    most_messages = 1
    most_bytes = sys.maxsize

    def __init__(self) -> None:
        self._connected: smtplib.SMTP | None = None
        self._needs_reset = False

    def writer(self, run: Run) -> Letters:
        return Letters(run)

    def send(self, sender: str, call: Sequence[Outgoing]) -> Outcomes:
        (message,) = call
        try:
            self._send(sender, message.delivery.address, message.letter)
        except (Refused, TryLater, AnswerLost) as error:
            return [error]
        return [None]

    def _send(self, sender: str, recipient: str, message: bytes) -> None:
        if self._connected is None:
            self._open()
        with self._before_the_dot():
            self._announce(sender, recipient)
            self._hand_over(message)
        answer = self._last_answer()
        if not answer.is_good:
            self._refuse(answer)

    def close(self) -> None:
        server = self._connected
        if server is None:
            return
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._wait_at_most(GOODBYE_SECONDS)
            server.quit()
        self._give_up()

    def _open(self) -> None:
        try:
            server = self._connect()
            self._connected = server
            self._introduce(server)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            self._give_up()
            logger.warning("the mail server does not let us in: %s", error)
            raise Unusable("The mail server does not accept this site's log-in.") from error
        except (smtplib.SMTPException, OSError) as error:
            self._give_up()
            logger.warning("the mail server could not be reached: %s", error)
            raise Unreachable("The mail server could not be reached.") from error

    def _connect(self) -> smtplib.SMTP:
        seconds = min(CONNECT_SECONDS, settings.EMAIL_TIMEOUT)
        me = urlsplit(settings.SITE_URL).hostname or "localhost"
        if settings.EMAIL_USE_SSL:
            return smtplib.SMTP_SSL(
                settings.EMAIL_HOST,
                settings.EMAIL_PORT,
                me,
                timeout=seconds,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, me, timeout=seconds)

    def _introduce(self, server: smtplib.SMTP) -> None:
        self._needs_reset = False
        if server.sock is not None:
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait_at_most(COMMAND_SECONDS)
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS and not settings.EMAIL_USE_SSL:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _announce(self, sender: str, recipient: str) -> None:
        """MAIL, RCPT and DATA: when it returns, the server waits for the message."""
        commands = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"]
        if self._needs_reset:
            commands.insert(0, "RSET")
        answers = self._ask(commands)
        bad = next((index for index, answer in enumerate(answers) if not answer.is_good), None)
        self._needs_reset = bad is not None
        if bad is None:
            return
        if answers[-1].code == GO_AHEAD:
            self._ask(["."])  # it waits for a message although it refused the recipient
        if not commands[bad].startswith(("RCPT", "DATA")):
            self._give_up()
            raise Unusable(answers[bad].words, answers[bad].discreet)
        self._refuse(answers[bad])

    def _ask(self, commands: list[str]) -> list[Answer]:
        """The answers; from a server that does not pipeline, those up to the first that is not good."""
        self._wait_at_most(COMMAND_SECONDS)
        if self._server.has_extn("pipelining"):
            self._server.send("".join(f"{command}\r\n" for command in commands))
            return [self._answer() for _ in commands]
        answers: list[Answer] = []
        for command in commands:
            self._server.putcmd(command)
            answers.append(self._answer())
            if not answers[-1].is_good:
                break
        return answers

    def _answer(self) -> Answer:
        answer = Answer(*self._server.getreply())
        if answer.code == 421 or answer.code < 200:
            raise smtplib.SMTPResponseException(*answer)
        return answer

    def _hand_over(self, message: bytes) -> None:
        """Send the message with its final dot, if the server is still there to hear it."""
        self._wait_at_most(settings.EMAIL_TIMEOUT)
        sock = self._socket
        watch = select.poll()
        watch.register(sock, PEER_IS_GONE)
        if watch.poll(0):
            raise smtplib.SMTPServerDisconnected("hung up when the message was to come")
        stuffed = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
        for start in range(0, len(stuffed), PIECE):  # the time limit is for each piece
            sock.sendall(stuffed[start : start + PIECE])

    def _last_answer(self) -> Answer:
        try:
            answer = Answer(*self._server.getreply())
        except (smtplib.SMTPException, OSError) as error:
            self._give_up()
            raise AnswerLost("The mail server was given the message and did not answer.") from error
        if answer.code == 421:
            self._give_up()
            raise ConnectionGone(answer.words, answer.discreet)
        if answer.code < 200:
            self._give_up()
            raise AnswerLost("The mail server was given the message and its answer made no sense.")
        return answer

    def _refuse(self, answer: Answer) -> NoReturn:
        if answer.code in WANTS_LOG_IN:
            self._give_up()
            raise Unusable(answer.words, answer.discreet)
        raise (Refused if answer.code >= 500 else TryLater)(answer.words, answer.discreet)

    @contextlib.contextmanager
    def _before_the_dot(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPResponseException as error:
            self._give_up()
            answer = Answer(error.smtp_code, _bytes(error.smtp_error))
            raise ConnectionGone(answer.words, answer.discreet) from error
        except (smtplib.SMTPException, OSError) as error:
            self._give_up()
            raise ConnectionGone("The connection to the mail server broke.") from error

    def _give_up(self) -> None:
        server, self._connected = self._connected, None
        if server is not None:
            server.close()

    def _wait_at_most(self, seconds: float) -> None:
        self._socket.settimeout(min(seconds, settings.EMAIL_TIMEOUT))

    @property
    def _server(self) -> smtplib.SMTP:
        if self._connected is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._connected

    @property
    def _socket(self) -> socket.socket:
        if self._server.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._server.sock


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
