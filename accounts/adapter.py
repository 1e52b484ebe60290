"""What our accounts do otherwise than allauth's."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Links in mail lead to SITE_URL, and nobody is left without an address."""

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Keep the address that we write to."""
        return not email_address.primary

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """Never by the request's Host header, which whoever asks for the mail may choose."""
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """See `get_email_confirmation_url`."""
        uid, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, token])
