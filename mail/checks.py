"""What manage.py says about the settings of mail."""

from typing import Any

from django.conf import settings
from django.core import checks

from mail.transports.mailjet.sending_api import SendingApi


@checks.register
def mailjet_can_be_called(**_: Any) -> list[checks.CheckMessage]:
    if not settings.MAIL_BY_MAILJET:
        return []
    try:
        SendingApi().close()
    except ValueError as error:
        return [checks.Error(f"Mailjet cannot be called with these settings: {error}", id="mail.E001")]
    return []


@checks.register(deploy=True)
def mail_leaves(**_: Any) -> list[checks.CheckMessage]:
    if not (settings.MAIL_BY_MAILJET and settings.MAIL_JET_SANDBOX):
        return []
    return [checks.Warning("MAIL_JET_SANDBOX is set: no e-mail leaves this site.", id="mail.W001")]
