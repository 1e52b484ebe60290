"""Django's way to send mail, over our engine: what accounts send is kept, tried again, and nobody waits."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from mail.kinds import Letter
from mail.letters import html_of
from tasks.door import start


class QueuedEmailBackend(BaseEmailBackend):
    """Accepts a message to one person with an account as a task; sends everything else at once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        direct = [message for message in email_messages if not _queue(message)]
        if direct:
            way_out = get_connection(settings.DIRECT_EMAIL_BACKEND, fail_silently=self.fail_silently)
            way_out.send_messages(direct)
        return len(email_messages)


def _queue(message: EmailMessage) -> bool:
    recipients = message.recipients()
    if len(recipients) != 1 or message.attachments:
        return False
    owner = _owner_of(recipients[0])
    if owner is None:
        return False
    letter = Letter(
        address=recipients[0], subject=str(message.subject), text=str(message.body), html=html_of(message)
    )
    start("mail.letter", owner=owner, params=letter, title=str(message.subject))
    return True


def _owner_of(address: str) -> User | None:
    """Whose address it is, or is to become once it is confirmed."""
    known = EmailAddress.objects.filter(email__iexact=address).order_by("-verified", "-primary")
    found = known.select_related("user").first()
    return found.user if found else User.objects.filter(email__iexact=address).first()
