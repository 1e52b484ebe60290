"""allauth's forms for second factors, over our rule for which codes are good, and in our words."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms

from accounts.models import User
from accounts.second_factors import TooManyTries, use_code

MAX_NAME = 50


class AsksForCode:
    """A field that telephones fill in with their codes, and open their digits for."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric"})


class TakesCode(AsksForCode):
    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True

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


class SwitchOnAppForm(AsksForCode, ActivateTOTPForm):  # type: ignore[misc]
    pass


@contextmanager
def odd_answers_refused() -> Iterator[None]:
    """What the browser sent may be anything, and the libraries that read it raise what they stumble over."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class TakesPasskey:
    def clean_credential(self) -> Authenticator:
        with odd_answers_refused():
            authenticator: Authenticator = super().clean_credential()  # type: ignore[misc]
            return authenticator


class AuthenticatePasskeyForm(TakesPasskey, passkey_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """At log-in, after the password."""


class LoginPasskeyForm(TakesPasskey, passkey_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of name and password."""


class ReauthenticatePasskeyForm(TakesPasskey, passkey_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something is changed."""


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            max_length=MAX_NAME, required=False, help_text="So that you can tell it from others."
        )
        self.fields["passwordless"] = forms.BooleanField(
            label="Log in with it alone, without a password",
            required=False,
            initial=True,
            help_text="Your device then asks for its PIN, your finger or your face.",
        )

    def clean_credential(self) -> dict[str, Any]:
        """Otherwise what counts as false, such as 0, would be added unseen."""
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise get_adapter().validation_error("incorrect_code")
        return credential

    def clean(self) -> dict[str, Any]:
        with odd_answers_refused():
            cleaned: dict[str, Any] = super().clean()
            return cleaned


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(max_length=MAX_NAME)
