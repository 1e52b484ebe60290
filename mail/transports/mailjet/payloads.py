"""Letters as Mailjet's Send API takes them: an object of JSON for each."""

import json
from base64 import b64encode
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from mail import addresses
from mail.letters import Correspondence, around_the_footer, check_line, one_click, with_line_end
from mail.messages import Message
from mail.models import Delivery

SUBJECT_LENGTH = 255
UNTOUCHED = {"TrackOpens": "disabled", "TrackClicks": "disabled"}  # links open accounts, and stay as they are


class Payloads(Correspondence):
    """Writes the letters of one run. Mailjet gives each a Message-ID of its own, and allows none of ours."""

    def write(self, delivery: Delivery, message: Message) -> bytes:
        """Raises ValidationError when a header could not be one."""
        check_line(message.subject)
        link = self._refusal_link(delivery, message)
        footer = self._footer_with(link)
        payload: dict[str, Any] = {
            "From": mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL)),
            "To": [{"Email": delivery.address}],
            "Subject": message.subject[:SUBJECT_LENGTH],
            "TextPart": with_line_end(message.text) + footer.text,
            "CustomID": custom_id(delivery),
            "Headers": one_click(message.unsubscribe or link),
        }
        if message.automatic:
            payload["Headers"]["Auto-Submitted"] = "auto-generated"
        else:
            payload["ReplyTo"] = mailbox(self._owner.username, self._owner.email)
        if message.html:
            before, after = around_the_footer(message.html)
            payload |= {"HTMLPart": before + footer.html + after, **UNTOUCHED}
        if message.attachments:
            payload["Attachments"] = [
                attached(each.name, each.content_type, each.content) for each in message.attachments
            ]
        return encoded(payload)


def custom_id(delivery: Delivery) -> str:
    """By which Mailjet's answers, pages and events name a delivery."""
    return str(delivery.pk)


def mailbox(name: str, address: str) -> dict[str, str]:
    """A name with an address. Raises ValidationError if they could not stand in a header."""
    check_line(name + address)
    try:
        email = addresses.in_ascii(address)
    except UnicodeError as error:
        raise ValidationError(f"“{address}” cannot stand in an e-mail.") from error
    return {"Email": email, "Name": name} if name else {"Email": email}


def attached(name: str, content_type: str, content: bytes) -> dict[str, str]:
    return {"Filename": name, "ContentType": content_type, "Base64Content": b64encode(content).decode()}


def encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def body_of(letters: Sequence[bytes], in_sandbox: bool) -> bytes:
    """The body of a call. In the sandbox Mailjet checks the messages, answers, and sends nothing."""
    sandbox = b',"SandboxMode":true' if in_sandbox else b""
    return b'{"Messages":[%b]%b}' % (b",".join(letters), sandbox)
