"""The mails that a developing machine wrote into files, so that links in them can be clicked.

Exists only with DEBUG, and only for a browser on the same machine: the mails open accounts.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import wraps
from ipaddress import ip_address
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

BETWEEN_MESSAGES = re.compile(rb"^-{79}\n", re.MULTILINE)  # as Django's file backend writes it
SHOWN = 100
HTML_PART_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
)


@dataclass(frozen=True)
class Mail:
    key: str
    message: EmailMessage

    @property
    def sent_at(self) -> datetime | None:
        """When it was written; the -0000 that Django writes means UTC, and is read without a zone."""
        date = self.message["Date"]
        moment = date.datetime if date else None
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All but those that say how the message is coded, and its subject."""
        hidden = ("subject", "mime-version", "content-")
        return [(name, value) for name, value in self.message.items() if not name.lower().startswith(hidden)]

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def html(self) -> str:
        return self.part("html")

    def part(self, subtype: str) -> str:
        """The body's `text/<subtype>` part, empty where there is none."""
        body = self.message.get_body(preferencelist=(subtype,))
        return str(body.get_content()) if body else ""


def mails() -> Iterator[Mail]:
    """All mails, those of the file that was written last first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files:
        yield from reversed(list(mails_in(file)))


def mails_in(file: Path) -> Iterator[Mail]:
    *complete, _ = BETWEEN_MESSAGES.split(file.read_bytes())  # the last one is empty, or still being written
    for index, raw in enumerate(complete):
        message = email.message_from_bytes(raw, policy=email.policy.default)
        yield Mail(key=f"{file.stem}-{index}", message=message)


def mail_named(key: str) -> Mail:
    stem, _, _ = key.rpartition("-")
    file = Path(settings.EMAIL_FILE_PATH) / f"{stem}.log"
    for mail in mails_in(file) if file.is_file() else ():
        if mail.key == key:
            return mail
    raise Http404("no such mail")


def on_this_machine(request: HttpRequest) -> bool:
    """Whether the browser runs here, and not behind a proxy that runs here."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def development_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A 404 for everybody but the one who develops."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if not (settings.DEBUG and on_this_machine(request)):
            raise Http404("for development only")
        return view(request, *args, **kwargs)

    return guarded


@development_only
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "dev/mail_list.html", {"mails": list(islice(mails(), SHOWN))})


@development_only
@require_safe
def message(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "dev/mail.html", {"mail": mail_named(key)})


@development_only
@require_safe
def html_part(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part as its reader gets it: in a sandbox, with its own inline styles and nothing else."""
    return HttpResponse(mail_named(key).html, headers={"Content-Security-Policy": HTML_PART_POLICY})
