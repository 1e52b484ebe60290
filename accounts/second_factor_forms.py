"""allauth's forms for codes, over our rule for which codes are good."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.models import Authenticator

from accounts.models import User
from accounts.second_factors import TooManyTries, use_code


class TakesCode:
    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            authenticator = use_code(self.user, code)
        except TooManyTries as limit:
            raise get_account_adapter().validation_error("too_many_login_attempts") from limit
        if authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = authenticator
        return code


class AuthenticateForm(TakesCode, allauth_forms.AuthenticateForm):  # type: ignore[misc]
    """At log-in."""


class ReauthenticateForm(TakesCode, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """Before something is changed."""
