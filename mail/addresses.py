"""E-mail addresses: one spelling for each, and words for people where there is none."""

from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MAX_LENGTH = 254
_validate = EmailValidator(allowlist=[])
_validate_ours = EmailValidator(allowlist=["localhost"])


def normalise(typed: str, *, is_ours: bool = False) -> str:
    """The one spelling of an address: small letters, the domain as the network knows it.

    Local parts that differ in case alone reach the same person everywhere that matters. The service's own
    address may be of this machine, as while developing; nobody may write to one of those.
    Raises ValidationError.
    """
    local, at, domain = typed.strip().rpartition("@")
    if not at or any(character in typed for character in '\r\n"[]') or not local.isascii():
        raise _invalid(typed)
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}".lower()
        (_validate_ours if is_ours else _validate)(address)
    except (UnicodeError, ValidationError):
        raise _invalid(typed) from None
    if len(address) > MAX_LENGTH:
        raise _invalid(typed)
    return address


def readable(address: str) -> str:
    """The address with its domain in the letters it was made of."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return address


def of_service() -> str:
    """Where our mail comes from, without the name beside it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _invalid(typed: str) -> ValidationError:
    return ValidationError(
        "“%(typed)s” is not an e-mail address we can write to.", params={"typed": typed[:100]}
    )
