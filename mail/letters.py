"""From a message to the bytes one recipient gets.

Written out here and not by `email.message`, whose generator takes a quarter of the time of a whole run. What
all recipients of a message have in common is encoded once.
"""

import binascii
import secrets
from base64 import encodebytes
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from mail import addresses, refusals
from mail.messages import CONTROL_CHARACTERS, Attachment, Message
from mail.models import Delivery
from tasks.models import Run

LINK = "https://link.invalid/"
LONGEST_LINE = 900  # mail allows 998 bytes
CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n") | {127})


@dataclass(frozen=True)
class Footer:
    """What is added for people who may not want such mail, with the place of their link."""

    text: str
    html: str


NO_FOOTER = Footer("", "")


@dataclass(frozen=True)
class Part:
    """A body part with its headers, up to where a footer goes and after it; encoded."""

    is_plain: bool
    before: bytes
    after: bytes

    @classmethod
    def of(cls, subtype: str, before: str, after: str, footer: str) -> "Part":
        is_plain = all(map(_is_plain, (before, footer, after)))
        encoding = "7bit" if is_plain else "quoted-printable"
        head = (
            f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
        )
        return cls(is_plain, head.encode() + _encoded(before, is_plain), _encoded(after, is_plain))

    def with_footer(self, footer: str) -> bytes:
        return self.before + _encoded(footer, self.is_plain) + self.after


class Correspondence:
    """What holds for the letters of one run, in whatever form they go out."""

    def __init__(self, run: Run) -> None:
        self._owner = run.task.owner
        self._own_address = self._owner.email.lower()
        context = {"sender": self._owner.username, "url": LINK}
        self._footer = Footer(
            render_to_string("mail/_refusal_footer.txt", context),
            render_to_string("mail/_refusal_footer.html", context),
        )

    def _refusal_link(self, delivery: Delivery, message: Message) -> str:
        """By which its reader wants no more mail of this sender; empty where that makes no sense."""
        if message.automatic or delivery.user_id == self._owner.pk or delivery.address == self._own_address:
            return ""
        return refusals.link_for(delivery.address, self._owner.pk)

    def _footer_with(self, link: str) -> Footer:
        if not link:
            return NO_FOOTER
        return Footer(self._footer.text.replace(LINK, link), self._footer.html.replace(LINK, link))


class Letters(Correspondence):
    """Writes the letters of one run as bytes with CRLF line ends."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._date = format_datetime(run.due_at)
        self._boundary, self._outer_boundary = secrets.token_hex(12).encode(), secrets.token_hex(12).encode()
        self._prepared: Message | None = None

    def write(self, delivery: Delivery, message: Message) -> bytes:
        """The whole message. Raises ValidationError when a header could not be one."""
        if message is not self._prepared:
            self._prepare(message)
        headers = f"To: {delivery.address}\r\nMessage-ID: {delivery.message_id}\r\n"
        link = self._refusal_link(delivery, message)
        headers += _lines(one_click(link))
        return self._head + headers.encode("ascii") + self._body(self._footer_with(link))

    def _prepare(self, message: Message) -> None:
        head = "".join(f"{line}\r\n" for line in self._headers(message))
        head += _lines(one_click(message.unsubscribe))
        self._head = head.encode("ascii")
        self._parts = [Part.of("plain", with_line_end(message.text), "", self._footer.text)]
        if message.html:
            self._parts.append(Part.of("html", *around_the_footer(message.html), self._footer.html))
        self._attached = [_attached(attachment) for attachment in message.attachments]
        self._prepared = message

    def _headers(self, message: Message) -> list[str]:
        answers = "Auto-Submitted: auto-generated"
        if not message.automatic:
            answers = f"Reply-To: {_mailbox(self._owner.username, self._owner.email)}"
        return [
            f"From: {_mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL))}",
            answers,
            f"Subject: {_header(message.subject)}",
            f"Date: {self._date}",
            "MIME-Version: 1.0",
        ]

    def _body(self, footer: Footer) -> bytes:
        footers = (footer.text, footer.html)
        parts = [part.with_footer(footer) for part, footer in zip(self._parts, footers, strict=False)]
        body = parts[0] if len(parts) == 1 else _multipart(b"alternative", self._boundary, parts)
        if not self._attached:
            return body
        return _multipart(b"mixed", self._outer_boundary, [body, *self._attached])


def one_click(link: str) -> dict[str, str]:
    """The headers by which mail programs unsubscribe their readers (RFC 8058); none without a link."""
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def around_the_footer(html: str) -> tuple[str, str]:
    """A page up to where a footer goes, and after it."""
    before, end, after = html.rpartition("</body>")
    before, after = (before, end + after) if end else (html, "")
    return with_line_end(before), with_line_end(after)


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def _multipart(subtype: bytes, boundary: bytes, parts: list[bytes]) -> bytes:
    start = b'Content-Type: multipart/%b; boundary="%b"\r\n\r\n' % (subtype, boundary)
    return start + b"".join(b"--%b\r\n%b" % (boundary, part) for part in parts) + b"--%b--\r\n" % boundary


def _attached(attachment: Attachment) -> bytes:
    """As a body part with its headers."""
    headers = (
        f"Content-Type: {attachment.content_type}\r\n"
        f'Content-Disposition: attachment; filename="{attachment.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return headers.encode("ascii") + encodebytes(attachment.content).replace(b"\n", b"\r\n")


def html_of(message: EmailMessage) -> str:
    """The HTML of a message of Django's; empty where it has none."""
    parts = getattr(message, "alternatives", None) or []
    return next((str(content) for content, mimetype in parts if mimetype == "text/html"), "")


def with_line_end(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else f"{text}\n"


def _is_plain(text: str) -> bool:
    """Whether it can travel as it is: seven bits, no control characters, no endless lines."""
    encoded = text.encode()
    return (
        text.isascii()
        and encoded == encoded.translate(None, CONTROL_BYTES)
        and max(map(len, encoded.split(b"\n"))) <= LONGEST_LINE
    )


def _encoded(text: str, is_plain: bool) -> bytes:
    encoded = text.encode()
    return (encoded if is_plain else binascii.b2a_qp(encoded)).replace(b"\n", b"\r\n")


def _header(value: str) -> str:
    """A header's value in ASCII, folded. Raises ValidationError if it could start another header."""
    check_line(value)
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    return Header(value, charset, header_name="Subject").encode(linesep="\r\n")


def _mailbox(name: str, address: str) -> str:
    """A name with an address. Raises ValidationError if they could not stand in a header."""
    check_line(name + address)
    try:
        return formataddr((name, addresses.in_ascii(address)))
    except UnicodeError as error:
        raise ValidationError(f"“{address}” cannot stand in an e-mail.") from error


def check_line(value: str) -> None:
    """Raises ValidationError for what could start another header."""
    if CONTROL_CHARACTERS.search(value):
        raise ValidationError("A header of the message is not a single line.")
