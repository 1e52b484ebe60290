"""E-mail addresses: one spelling for each, and words for people where there is none."""

from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MAX_LENGTH = 254
_validate = EmailValidator(allowlist=[])


def normalise(typed: str) -> str:
    """The one spelling of an address: small letters, the domain as the network knows it.

    Local parts that differ in case alone reach the same person everywhere that matters. Nobody may write to
    addresses of this machine, or of machines without a name. Raises ValidationError.
    """
    if any(character in typed for character in '\r\n"[]'):
        raise _invalid(typed)
    try:
        address = in_ascii(typed.strip()).lower()
        _validate(address)
    except (UnicodeError, ValidationError):
        raise _invalid(typed) from None
    if len(address) > MAX_LENGTH:
        raise _invalid(typed)
    return address


def in_ascii(address: str) -> str:
    """The address with its domain as the network knows it. Raises UnicodeError if there is no such thing."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.encode('idna').decode('ascii')}".encode("ascii").decode("ascii")


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
