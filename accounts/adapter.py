"""What our accounts do otherwise than allauth's."""

import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Links in mail lead to SITE_URL, nobody is left without an address, and a mail server may be away."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": "This username is taken.",
        "username_password_mismatch": "Name or password is not right.",
        "email_password_mismatch": "Address or password is not right.",
    }

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Keep the address that we write to."""
        return not email_address.primary

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """Never by the request's Host header, which whoever asks for the mail may choose."""
        return self.absolute("account_confirm_email", emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """See `get_email_confirmation_url`."""
        uid, _, token = key.partition("-")
        return self.absolute("account_reset_password_from_key", uid, token)

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """allauth's begins a session by this, also where a program signs up."""
        email: str | None = request.session.pop("account_verified_email", None)
        return email

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Refuse an address with which somebody else signed up meanwhile, verified or not."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send; while the mail server is away say so, instead of failing what else was done."""
        try:
            super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})
        except (SMTPException, OSError):
            logger.exception("%s could not be sent", template_prefix)
            messages.error(self.request, "The e-mail could not be sent just now. Try again in some minutes.")

    @staticmethod
    def absolute(name: str, *args: str) -> str:
        return str(settings.SITE_URL) + reverse(name, args=args)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Our words, and our name where devices show one."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not right, or it was used already. Please try again.",
        "cannot_generate_recovery_codes": "Switch on a second factor first: recovery codes stand in for one.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """What a passkey is called until it is given a name."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"

    def _get_site_name(self) -> str:
        return "Clock Work"
