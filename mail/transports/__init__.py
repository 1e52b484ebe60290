"""The ways out of the house: one boundary for each, all alike."""

from django.conf import settings

from mail.transports.base import Transport
from mail.transports.files import FileTransport
from mail.transports.mailjet import MailjetTransport
from mail.transports.smtp import SmtpTransport


def choose_transport() -> Transport:
    """The way out that the settings name: Mailjet, an SMTP server, or files on a developing machine."""
    if settings.MAIL_BY_MAILJET:
        return MailjetTransport()
    return SmtpTransport() if settings.EMAIL_HOST else FileTransport()
