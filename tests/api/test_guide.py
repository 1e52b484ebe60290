"""The guide does what it says, pasted line by line into a shell, with a link of a mail opened in between."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from threading import Timer
from urllib.parse import urljoin

import pytest
import requests

from tests.servers import valkey_server, wait_until
from tests.smtp_sink import Sink
from tests.stack import ROOT, stack

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here"),
]

GUIDE = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"https?://\S+/accounts/confirm-email/\S+")
END = "--- this block is done"
SUBJECT = "Minutes"
PATIENCE = 5 * 60  # seconds, of which the guide takes one and a half


class Shell:
    """One that blocks are pasted into, and that ends at the first line that fails."""

    def __init__(self, site: str) -> None:
        self.process = subprocess.Popen(
            ["sh", "-eu"],
            env={"PATH": os.environ["PATH"], "SITE": site},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.end = Timer(PATIENCE, self.process.kill)
        self.end.start()

    def paste(self, block: str) -> str:
        """What the block prints."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{block}\necho; echo '{END}'\n")
        self.process.stdin.flush()
        printed = ""
        for line in self.process.stdout:
            if line.strip() == END:
                return printed
            printed += line
        raise AssertionError(f"{block}\nfailed: {printed}")

    def close(self) -> None:
        self.end.cancel()
        self.process.kill()
        self.process.communicate()


def test_the_first_scheduled_task(tmp_path: Path) -> None:
    sign_up, *rest = blocks()
    with (
        valkey_server() as valkey,
        Sink() as sink,
        stack(
            tmp_path,
            DATABASE_URL=f"sqlite:///{tmp_path / 'site.sqlite3'}",
            REDIS_URL=valkey.url,
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=str(sink.port),
        ) as processes,
    ):
        processes.migrate()
        processes.collect_static_files()
        processes.start_web()
        processes.start_worker()
        processes.start_beat()
        shell = Shell(processes.url)
        try:
            shell.paste(sign_up)
            open_link_in_mail(processes.url, sink)
            printed = [shell.paste(block) for block in rest]
        finally:
            shell.close()
        once, later, paused = printed[-3:]
        assert "scheduled" in once.splitlines(), "the answer of before, whatever became of the task"
        assert set(statuses(once)) == {"Soon", "Every minute"}
        assert statuses(later)["Soon"] == "completed"
        assert paused.strip() == "paused"
        mails = [mail for mail in sink.messages() if mail.subject == SUBJECT]
        assert len(mails) >= 2
        assert {address for mail in mails for address in mail.to} == {"anna@example.com"}


def blocks() -> list[str]:
    """First what leads to the mail, then one by one what follows."""
    section = GUIDE.read_text().partition("## Your first")[2].partition("\n## ")[0]
    found = BLOCK.findall(section)
    return ["".join(found[:2]), *found[2:]]


def open_link_in_mail(site: str, sink: Sink) -> None:
    """As a browser does it: the link, and the button on its page."""

    def link() -> str | None:
        texts = [mail.message.get_body(("plain",)) for mail in sink.messages()]
        found = LINK.search(texts[0].get_content()) if texts and texts[0] else None
        return found[0] if found else None

    with requests.Session() as browser:
        page = browser.get(wait_until(link, 30) or "", timeout=30)
        action = re.search(r'<form[^>]*action="([^"]*confirm-email[^"]*)"', page.text)
        assert action, page.text
        token = browser.cookies["csrftoken"]
        answer = browser.post(
            urljoin(site, action[1]),
            data={"csrfmiddlewaretoken": token},
            headers={"Referer": page.url},
            timeout=30,
        )
        assert answer.ok, answer.text


def statuses(printed: str) -> dict[str, str]:
    """By title."""
    lines = [line.split(", ") for line in printed.splitlines() if line.count(", ") == 2]
    return {title: status for title, status, _ in lines}
