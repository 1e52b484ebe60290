"""Django's way to send mail by Mailjet, at once: for the few messages that are nobody's task."""

from collections.abc import Sequence
from contextlib import closing
from email.message import Message
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mail.letters import html_of
from mail.transports.base import SendingError
from mail.transports.mailjet.answers import refusal_of
from mail.transports.mailjet.payloads import SUBJECT_LENGTH, UNTOUCHED, attached, body_of, encoded, mailbox
from mail.transports.mailjet.sending_api import SendingApi

OF_THEIR_OWN = {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "sender"}


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises SendingError for the first that was not taken, unless it is to be silent."""
        sent = 0
        with closing(SendingApi()) as api:
            for message in email_messages:
                if not message.recipients():
                    continue
                try:
                    _send(api, message)
                except SendingError:
                    if not self.fail_silently:
                        raise
                else:
                    sent += 1
        return sent


def _send(api: SendingApi, message: EmailMessage) -> None:
    error = refusal_of(api.post(body_of([_payload(message)], settings.MAIL_JET_SANDBOX)))
    if error:
        raise error


def _payload(message: EmailMessage) -> bytes:
    headers = {name: str(value) for name, value in message.extra_headers.items()}
    payload: dict[str, Any] = {
        "From": _mailbox(message.from_email),
        "Subject": str(message.subject)[:SUBJECT_LENGTH],
        "TextPart": str(message.body) or "\n",
        "Headers": {name: value for name, value in headers.items() if name.lower() not in OF_THEIR_OWN},
    }
    for field, people in (("To", message.to), ("Cc", message.cc), ("Bcc", message.bcc)):
        if people:
            payload[field] = [_mailbox(person) for person in people]
    if message.reply_to:
        payload["ReplyTo"] = _mailbox(message.reply_to[0])
    html = html_of(message)
    if html:
        payload |= {"HTMLPart": html, **UNTOUCHED}
    if message.attachments:
        payload["Attachments"] = [_attached(each) for each in message.attachments]
    return encoded(payload)


def _attached(attachment: Any) -> dict[str, str]:
    """Of a tuple of name, content and type, or of a part of the message that is made already."""
    if isinstance(attachment, Message):
        name, content = attachment.get_filename(), attachment.get_payload(decode=True)
        content_type = attachment.get_content_type()
    else:
        name, content, content_type = attachment
    whole = content if isinstance(content, bytes) else str(content).encode()
    return attached(name or "attachment", content_type or "application/octet-stream", whole)


def _mailbox(address: str) -> dict[str, str]:
    return mailbox(*parseaddr(address))
