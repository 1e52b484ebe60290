"""From a message to the bytes one recipient gets.

Written out here and not by `email.message`, whose generator takes a quarter of the time of a whole run; what
it needs to be right is little, since all our messages have the same shape.
"""

import binascii
import re
import secrets
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from mail import addresses, refusals
from mail.messages import CONTROL_CHARACTERS, Message
from mail.models import Delivery
from tasks.models import Run

NOT_PLAIN = re.compile(r"[^\t\n\x20-\x7e]|[^\n]{900}")
LINK = "https://link.invalid/"


class Letters:
    """Writes the letters of one run."""

    def __init__(self, run: Run) -> None:
        self._owner = run.task.owner
        self._own_address = self._owner.email.lower()
        self._date = format_datetime(run.due_at)
        self._boundary = secrets.token_hex(12)
        self._footer_text, self._footer_html = _footers(self._owner.username)

    def write(self, delivery: Delivery, message: Message) -> bytes:
        """The whole message with CRLF line ends. Raises ValidationError when a header could not be one."""
        text, html = message.text, message.html
        headers = [
            *self._common_headers(message),
            f"To: {delivery.address}",
            f"Message-ID: {delivery.message_id}",
        ]
        if not self._is_to_oneself(delivery):
            link = refusals.link_for(delivery, self._owner)
            headers += [
                f"List-Unsubscribe:\r\n <{link}>",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            ]
            text += self._footer_text.replace(LINK, link)
            html = _before_end_of_body(html, self._footer_html.replace(LINK, link))
        return "\r\n".join(headers).encode("ascii") + b"\r\n" + self._body(text, html)

    def _is_to_oneself(self, delivery: Delivery) -> bool:
        return delivery.user_id == self._owner.pk or delivery.address == self._own_address

    def _common_headers(self, message: Message) -> list[str]:
        headers = [
            f"From: {_service()}",
            f"Subject: {_encoded(message.subject)}",
            f"Date: {self._date}",
            "MIME-Version: 1.0",
        ]
        if message.automatic:
            headers.append("Auto-Submitted: auto-generated")
        else:
            headers.append(f"Reply-To: {_mailbox(self._owner.username, self._owner.email)}")
        return headers

    def _body(self, text: str, html: str) -> bytes:
        if not html:
            return _part("plain", text)
        boundary = self._boundary
        return b"".join(
            [
                f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode(),
                f"--{boundary}\r\n".encode(),
                _part("plain", text),
                f"--{boundary}\r\n".encode(),
                _part("html", html),
                f"--{boundary}--\r\n".encode(),
            ]
        )


@lru_cache(maxsize=16)
def _footers(sender: str) -> tuple[str, str]:
    context = {"sender": sender, "url": LINK}
    return (
        render_to_string("mail/_refusal_footer.txt", context),
        render_to_string("mail/_refusal_footer.html", context),
    )


def _before_end_of_body(html: str, addition: str) -> str:
    if not html:
        return ""
    start, end, rest = html.rpartition("</body>")
    return f"{start}{addition}{end}{rest}" if end else html + addition


def _part(subtype: str, text: str) -> bytes:
    """One body part with its headers: as it is where mail's seven bits allow it, else quoted-printable."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    encoding, body = "7bit", text.encode()
    if NOT_PLAIN.search(text):
        encoding, body = "quoted-printable", binascii.b2a_qp(body)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + body.replace(b"\n", b"\r\n")


@lru_cache(maxsize=64)
def _encoded(value: str) -> str:
    """A header's value in ASCII, folded. Raises ValidationError if it could start another header."""
    if CONTROL_CHARACTERS.search(value):
        raise ValidationError("A header of the message is not a single line.")
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    return Header(value, charset, header_name="Subject").encode(linesep="\r\n")


@lru_cache(maxsize=64)
def _mailbox(name: str, address: str, *, is_ours: bool = False) -> str:
    if CONTROL_CHARACTERS.search(name):
        raise ValidationError("A name in the message is not a single line.")
    return formataddr((name, addresses.normalise(address, is_ours=is_ours)))


def _service() -> str:
    return _mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL), is_ours=True)
