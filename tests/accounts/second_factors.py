"""Second factors of tests, and what their owners would read off them."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from accounts.models import User


def switch_on_app(user: User) -> str:
    """Gives the secret, as the app keeps it."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_now(secret: str, *, later: bool = False) -> str:
    """What the app shows, or, `later`, what it is about to show: good for 30 s from now at least."""
    _, now, after = yield_hotp_counters_from_time()
    code: str = format_hotp_value(hotp_value(secret, after if later else now))
    return code


def give_recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


def add_passkey(user: User, name: str = "Telephone") -> Authenticator:
    """One that is in the list; nobody can log in with it."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )
