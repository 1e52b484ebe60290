"""What our e-mails say and look like; to whom each goes and under which headers is `mail.letters`' part."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
SUBJECT_LENGTH = 200
FILE_NAME = re.compile(r"[\w-][\w. -]{0,99}", re.ASCII)
CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; [\w-]+=[\w.-]+)*", re.ASCII)


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message. Raises ValueError for a name or type that cannot stand in a header.

    `content_type` is the whole value of the header, such as "text/calendar; method=PUBLISH; charset=utf-8".
    """

    name: str
    content_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not FILE_NAME.fullmatch(self.name) or not CONTENT_TYPE.fullmatch(self.content_type):
            raise ValueError(f"no attachment can be called {self.name!r} and be {self.content_type!r}")


@dataclass(frozen=True)
class Message:
    """A message as its writer knows it. Raises ValidationError for a subject that could smuggle in headers.

    `html` is a whole document, or empty. `automatic`: no person wrote it, and nobody reads answers to it.
    `unsubscribe`: of an automatic one, the link by which its reader says that they want no more such e-mail,
    which works by itself on POST (RFC 8058).
    """

    subject: str
    text: str
    html: str = ""
    automatic: bool = False
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str = ""

    def __post_init__(self) -> None:
        _check_line(self.subject)
        if self.unsubscribe and not self.automatic:
            raise ValueError("what people write is refused by links of its own")


def check_subject(subject: str) -> None:
    """For what people type. Raises ValidationError unless it is one line, and not too long to be read."""
    _check_line(subject)
    if len(subject) > SUBJECT_LENGTH:
        raise ValidationError(f"The subject must not be longer than {SUBJECT_LENGTH} characters.")


def _check_line(subject: str) -> None:
    if CONTROL_CHARACTERS.search(subject):
        raise ValidationError("The subject must be a single line.")


def laid_out(
    subject: str,
    text: str,
    html: str,
    *,
    automatic: bool = False,
    attachments: tuple[Attachment, ...] = (),
    unsubscribe: str = "",
    context: Mapping[str, Any] | None = None,
) -> Message:
    """The message in the layout of all our e-mails. `html` is trusted: cleaned, or from a template of ours.

    `context` may give `greeting` (a line above), and `action` with `action_url` (a button below; absolute).
    """
    fields = {
        "subject": subject,
        "text": text,
        "html": html,
        "site_url": settings.SITE_URL,
        "unsubscribe": unsubscribe,
        **(context or {}),
    }
    return Message(
        subject=subject,
        text=render_to_string("mail/layout.txt", fields),
        html=render_to_string("mail/layout.html", fields),
        automatic=automatic,
        attachments=attachments,
        unsubscribe=unsubscribe,
    )
