"""Who we are to push services (VAPID, RFC 8292): one key pair, by the key in the environment."""

from __future__ import annotations

import binascii
import re
import secrets
import time
from base64 import urlsafe_b64encode
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from py_vapid import Vapid02

SECONDS_A_SIGNATURE_HOLDS = 12 * 3600  # push services take 24 hours at most
BYTES_OF_A_KEY = 32
ILL_FORMED = (
    "WEB_PUSH_PRIVATE_KEY is not a private key: it takes 32 bytes, in base64url, for the curve P-256. "
    "`manage.py web_push_key` prints a new one while the setting is empty."
)

NO_SUBJECT = (
    "WEB_PUSH_SUBJECT is no address at which push services could reach you: it begins with mailto: or https:."
)


def decode(text: str) -> bytes:
    """From base64url without padding. Raises ValueError for anything else."""
    if not text.isascii() or not set("+/=").isdisjoint(text):
        raise ValueError("this is not base64url")
    try:
        return binascii.a2b_base64(
            text.translate({ord("-"): "+", ord("_"): "/"}) + "=" * (-len(text) % 4), strict_mode=True
        )
    except binascii.Error as error:
        raise ValueError("this is not base64url") from error


def encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def new_private_key() -> str:
    while True:
        text = encode(secrets.token_bytes(BYTES_OF_A_KEY))
        try:
            _key_from(text)
        except ValueError:  # about once in 2 ** 32 times it is no number below the curve's order
            continue
        return text


def is_configured() -> bool:
    return bool(settings.WEB_PUSH_PRIVATE_KEY)


def require_well_formed() -> None:
    """Say at start what is wrong with the settings. Raises ImproperlyConfigured."""
    if not is_configured():
        return
    try:
        _key_from(settings.WEB_PUSH_PRIVATE_KEY)
    except ValueError as error:
        raise ImproperlyConfigured(ILL_FORMED) from error
    if not re.fullmatch(r"mailto:.+@.+|https://.+", settings.WEB_PUSH_SUBJECT):
        raise ImproperlyConfigured(NO_SUBJECT)


def public_key() -> str:
    """What browsers subscribe with, in base64url; there is a key."""
    point = _key_from(settings.WEB_PUSH_PRIVATE_KEY).public_key()
    return encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(endpoint: str) -> dict[str, str]:
    """The header by which the push service of `endpoint` knows that it is us."""
    service = urlsplit(endpoint)
    claims = {
        "aud": f"{service.scheme}://{service.netloc}",
        "exp": int(time.time()) + SECONDS_A_SIGNATURE_HOLDS,
        "sub": settings.WEB_PUSH_SUBJECT,
    }
    signed: dict[str, str] = Vapid02(_key_from(settings.WEB_PUSH_PRIVATE_KEY)).sign(claims)
    return signed


@lru_cache(maxsize=4)
def _key_from(text: str) -> ec.EllipticCurvePrivateKey:
    secret = decode(text)
    if len(secret) != BYTES_OF_A_KEY:
        raise ValueError(f"a key has {BYTES_OF_A_KEY} bytes")
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
