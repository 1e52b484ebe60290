"""The way out of a developing machine: files, as Django's file backend writes them.

It takes its time for each, as a mail server does, and refuses what is for `.invalid`, where nobody ever is
(RFC 2606): who tries the product out is to see it at work.
"""

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from mail.letters import Letters
from mail.transports.base import Outcomes, Outgoing, Refused, SendingError, Unreachable
from tasks.models import Run

TOKEN = re.compile(rb"^Message-ID: <([\w-]+)@", re.MULTILINE | re.IGNORECASE)
AFTER_MESSAGE = b"\n" + b"-" * 79 + b"\n"


class FileTransport:
    """One file per message, named after its Message-ID: what is sent again is there once."""

    most_messages = 1
    most_bytes = sys.maxsize

    def writer(self, run: Run) -> Letters:
        return Letters(run)

    def send(self, sender: str, call: Sequence[Outgoing]) -> Outcomes:
        return [self._outcome(message) for message in call]

    def _outcome(self, message: Outgoing) -> SendingError | None:
        time.sleep(settings.EMAIL_FILE_SECONDS)
        if message.delivery.address.endswith(".invalid"):
            return Refused("There is no such domain.")
        self._write(message.letter)
        return None

    def _write(self, message: bytes) -> None:
        found = TOKEN.search(message)
        if found is None:
            raise ValueError("the message has no Message-ID of ours")
        file = Path(settings.EMAIL_FILE_PATH) / f"{found[1].decode()}.log"
        draft = file.with_suffix(".draft")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(message.replace(b"\r\n", b"\n") + AFTER_MESSAGE)
            draft.replace(file)
        except OSError as error:
            raise Unreachable(f"The mail could not be written to a file: {error.strerror}.") from error

    def close(self) -> None:
        pass
