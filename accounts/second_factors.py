"""Second factors: what somebody is asked for after their password, and whether a code is the answer."""

from dataclasses import dataclass

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User

TOTP = Authenticator.Type.TOTP
PASSKEY = Authenticator.Type.WEBAUTHN
RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES


class TooManyTries(Exception):  # noqa: N818 - a state, not a mistake
    """So many codes were tried that the next one is not even looked at for some minutes."""


@dataclass(frozen=True)
class Needed:
    """What somebody can show, besides their password, that it is them; falsy when the password is enough."""

    codes: tuple[str, ...] = ()  # of "totp" and "recovery_codes": what `verify` takes
    passkey: bool = False  # which only a browser can ask for

    def __bool__(self) -> bool:
        return bool(self.codes) or self.passkey

    @property
    def only_passkey(self) -> bool:
        """No code can answer: who logs in somewhere else than in a browser cannot."""
        return self.passkey and not self.codes


def needed_by(user: User) -> Needed:
    """Recovery codes stand in for another factor, and are none by themselves."""
    own = {authenticator.type: authenticator for authenticator in Authenticator.objects.filter(user=user)}
    if not own.keys() & {TOTP, PASSKEY}:
        return Needed()
    codes = [TOTP.value] if TOTP in own else []
    if RECOVERY_CODES in own and own[RECOVERY_CODES].wrap().get_unused_codes():
        codes.append(RECOVERY_CODES.value)
    return Needed(tuple(codes), passkey=PASSKEY in own)


def is_on(user: User) -> bool:
    """Whether the password alone does not let them in."""
    return bool(Authenticator.objects.filter(user=user, type__in=[TOTP, PASSKEY]).exists())


def is_missing(user: User) -> bool:
    """Whether they have to switch one on before they may do what staff do."""
    return settings.STAFF_NEED_SECOND_FACTOR and user.is_staff and not is_on(user)


def was_shown(request: HttpRequest) -> bool:
    """Whether who is signed in has shown theirs in this session, or switched it on."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def verify(user: User, code: str) -> bool:
    """Whether it is a code of their app or one of their recovery codes, which is used up by it.

    To be called while a request is answered: tries count for its address and for the user, here and on the
    pages together. Raises TooManyTries.
    """
    return use_code(user, code) is not None


def use_code(user: User, code: str) -> Authenticator | None:
    """See `verify`; gives what the code belongs to."""
    limit = {
        "action": "login_failed",
        "key": f"mfa-auth-user-{user.pk}",
    }  # allauth's own, which passkeys count by
    if not ratelimit.consume(context.request, **limit):
        raise TooManyTries
    authenticator = _take(user, code)
    if authenticator:
        ratelimit.clear(context.request, **limit)
    return authenticator


@transaction.atomic
def _take(user: User, code: str) -> Authenticator | None:
    """The locked rows say what was used, whatever became of the cache; of two at once, one finds it used."""
    own = Authenticator.objects.select_for_update().filter(user=user, type__in=[TOTP, RECOVERY_CODES])
    for authenticator in own.order_by("pk"):
        is_app = authenticator.type == TOTP
        if _take_from_app(authenticator, code) if is_app else authenticator.wrap().validate_code(code):
            authenticator.record_usage()
            return authenticator
    return None


def _take_from_app(authenticator: Authenticator, code: str) -> bool:
    """No code is good twice, and none that is older than one that was taken (RFC 6238, section 5.2)."""
    secret = decrypt(authenticator.data["secret"])
    last = authenticator.data.get("last_counter", -1)
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > last and compare_user_code(actual=code, expected=expected):
            authenticator.data["last_counter"] = counter
            authenticator.save(update_fields=["data"])
            return True
    return False
