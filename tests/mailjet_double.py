"""A server on loopback that speaks Mailjet's Send API 3.1 over https, keeps what it takes, and misbehaves.

    with MailjetDouble() as mailjet:
        ...                                     # post to mailjet.url, trusting mailjet.certificate
        mailjet.posts()                         # every request that came whole, in order, and its answer
        mailjet.taken()                         # the recipients of what it took, as often as it did

It misbehaves towards recipients whose local part says so, up to a `.`, N times (always without N):

    refused.anna@…      this message is refused (400), whatever becomes of the others
    failed-1.anna@…     this message is answered 500, once
    sender.anna@…       this message is answered 403: it does not know the sender
    untold.anna@…       takes this message and leaves it out of the answer

and towards whole calls by `mailjet.configure(script=…)`: what happens to the next calls, one after the other.

    "429" "401" "413" …    the answer to the call, of which nothing is taken
    "500 taken"            the same, but it did take the messages
    "lost", "lost taken"   hangs up instead of answering
    "hang taken"           takes the messages and never answers
    "break"                hangs up in the middle of the request
    "nonsense taken"       takes the messages and answers what is no JSON
    "redirect"             sends the caller to itself once more (307)
"""

import argparse
import base64
import itertools
import json
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from tests.certificates import self_signed

HOST = "localhost"
KEY, SECRET = "the-key", "the-secret"
TRICK = re.compile(r"(refused|failed|sender|untold)(?:-(\d+))?\.")
ERRORS = {
    "refused": (400, "mj-0013", "“{email}” is an invalid email address."),
    "failed": (500, "", "Something went wrong with {email}."),
    "sender": (403, "send-0008", "The sender is not authorised."),
}
FOREVER = 3600.0
MOST_MESSAGES, MOST_BYTES = 50, 15_000_000


@dataclass(frozen=True)
class Behaviour:
    """Read anew for each call."""

    script: tuple[str, ...] = ()
    otherwise: str = "200"  # what happens to calls after the script
    delay: float = 0  # seconds between taking the messages and the answer
    retry_after: str = ""
    tells_ids: bool = True  # whether the answer names the CustomID of each message
    most_bytes: int = MOST_BYTES
    round: int = 0  # when it changes, script and tricks begin anew


class Ledger:
    """Every request that came whole, a JSON line each, and how often which trick was played."""

    def __init__(self, log: IO[str], control: Path) -> None:
        self._log = log
        self._control = control
        self._behaviour = Behaviour()
        self._calls = 0
        self._played: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def behaviour(self) -> Behaviour:
        read = json.loads(self._control.read_text())
        behaviour = Behaviour(**{**read, "script": tuple(read["script"])})
        if behaviour.round != self._behaviour.round:
            self._played.clear()
            self._calls = 0
        self._behaviour = behaviour
        return behaviour

    def next_action(self) -> tuple[str, Behaviour]:
        with self._lock:
            behaviour = self.behaviour
            script = behaviour.script
            action = script[self._calls] if self._calls < len(script) else behaviour.otherwise
            self._calls += 1
            return action, behaviour

    def trick(self, recipient: str) -> str:
        found = TRICK.match(recipient)
        if not found:
            return ""
        with self._lock:
            if found[2] and self._played[recipient] >= int(found[2]):
                return ""
            self._played[recipient] += 1
        return found[1]

    def keep(self, **line: Any) -> None:
        with self._lock:
            self._log.write(json.dumps(line) + "\n")
            self._log.flush()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ledger: Ledger

    def do_POST(self) -> None:
        action, behaviour = self.ledger.next_action()
        size = int(self.headers["Content-Length"])
        if action == "break":
            self.rfile.read(size // 2)
            self._hang_up()
            return
        content = self.rfile.read(size)
        if len(content) < size:
            self._hang_up()
            return
        payload = json.loads(content)
        status, answer, taken = self._answer(action, payload, size, behaviour)
        self.ledger.keep(
            action=action,
            status=status,
            payload=payload,
            taken=taken,
            headers=dict(self.headers),
            size=size,
            time=time.time(),
        )
        time.sleep(FOREVER if action.startswith("hang") else behaviour.delay)
        if action.startswith("lost"):
            self._hang_up()
        else:
            self._reply(status, answer, behaviour)

    def _answer(
        self, action: str, payload: dict[str, Any], size: int, behaviour: Behaviour
    ) -> tuple[int, str, list[str]]:
        """The status, the text and the recipients of what was taken."""
        messages = payload["Messages"]
        all_of_them = [message["To"][0]["Email"] for message in messages]
        if self.path != "/v3.1/send" or self.headers["Authorization"] != _credentials():
            return 401, _global_error(401, "mj-0015"), []
        if size > behaviour.most_bytes or len(messages) > MOST_MESSAGES:
            return 413, "Request Entity Too Large", []
        word, _, taken = action.partition(" ")
        if word == "redirect":
            return 307, "", []
        if word != "200":
            status = int(word) if word.isdigit() else 200
            text = _global_error(status, "mj-0002") if word.isdigit() else "<html>"
            return status, text, all_of_them if taken else []
        results = [self._result(message, behaviour) for message in messages]
        refused = any(result["Status"] == "error" for result, _ in results if result)
        text = json.dumps({"Messages": [result for result, _ in results if result]})
        return 400 if refused else 200, text, [email for _, email in results if email]

    def _result(self, message: dict[str, Any], behaviour: Behaviour) -> tuple[dict[str, Any] | None, str]:
        """What the answer says of a message, and its recipient if it was taken."""
        email = message["To"][0]["Email"]
        trick = self.ledger.trick(email)
        if trick == "untold":
            return None, email
        if trick:
            status, code, words = ERRORS[trick]
            error = {"ErrorIdentifier": "0", "ErrorCode": code, "StatusCode": status}
            return {"Status": "error", "Errors": [{**error, "ErrorMessage": words.format(email=email)}]}, ""
        result = {"Status": "success", "To": [{"Email": email, "MessageUUID": "1", "MessageID": 456}]}
        if behaviour.tells_ids:
            result["CustomID"] = message.get("CustomID", "")
        return result, email

    def _reply(self, status: int, text: str, behaviour: Behaviour) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == 307:
            self.send_header("Location", self.path)
        if behaviour.retry_after:
            self.send_header("Retry-After", behaviour.retry_after)
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


def _credentials() -> str:
    return "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()


def _global_error(status: int, code: str) -> str:
    return json.dumps(
        {"ErrorIdentifier": "0", "ErrorCode": code, "StatusCode": status, "ErrorMessage": "No."}
    )


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Callers that break connections off are the point."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument(
        "--control", type=Path, required=True, help="a JSON file with the fields of Behaviour"
    )
    parser.add_argument("--certificate", type=Path, required=True, help="a PEM file with certificate and key")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(options.certificate)
    with options.log.open("a") as log, Server(("127.0.0.1", options.port), Handler) as server:
        Handler.ledger = Ledger(log, options.control)
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        print(server.server_port, flush=True)  # noqa: T201 - how it tells where it listens
        server.serve_forever()


@dataclass(frozen=True)
class Post:
    """A request that came whole. `taken`: the recipients of the messages that were."""

    action: str
    status: int
    payload: dict[str, Any]
    taken: list[str]
    headers: dict[str, str]
    size: int
    time: float

    @property
    def messages(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.payload["Messages"]
        return messages

    @property
    def recipients(self) -> list[str]:
        return [message["To"][0]["Email"] for message in self.messages]


class MailjetDouble:
    """Starts the double in a process of its own, and reads what came."""

    def __init__(self, **behaviour: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="clock-work-mailjet-")
        folder = Path(self._folder.name)
        self.certificate = self_signed(folder / "certificate.pem")
        self._log, self._control = folder / "log", folder / "control"
        self._log.touch()
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.behaviour = Behaviour()
        self.configure(**behaviour)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """By which the product's processes send to it."""
        return {
            "MAIL_JET_API_KEY": KEY,
            "MAIL_JET_API_SECRET": SECRET,
            "MAIL_JET_API_URL": self.url,
            "REQUESTS_CA_BUNDLE": str(self.certificate),
        }

    def configure(self, **changes: Any) -> None:
        """Behave differently from now on; what is not named stays. A new script begins at its beginning."""
        if "script" in changes:
            changes["round"] = self.behaviour.round + 1
        self.behaviour = replace(self.behaviour, **changes)
        draft = self._control.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self.behaviour)))
        draft.replace(self._control)

    def start(self) -> None:
        """Listen, on the same port as before."""
        command = [sys.executable, "-m", "tests.mailjet_double", "--port", str(self.port)]
        command += ["--log", str(self._log), "--control", str(self._control)]
        command += ["--certificate", str(self.certificate)]
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

    def posts(self) -> list[Post]:
        """Every request that came whole, in order."""
        with self._log.open() as lines:
            return [Post(**json.loads(line)) for line in lines if line.endswith("\n")]

    def taken(self) -> list[str]:
        """The recipients of what was taken, in order, as often as it happened."""
        return list(itertools.chain.from_iterable(post.taken for post in self.posts()))

    def count(self) -> int:
        """How many posts came; cheap enough to be asked all the time."""
        return self._log.read_bytes().count(b"\n")

    def reset(self) -> None:
        """Behave well, forget what came, count the tricks anew."""
        self._log.write_text("")
        self.configure(**{**asdict(Behaviour()), "round": self.behaviour.round + 1, "script": ()})

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()


if __name__ == "__main__":
    main()
