"""The tokens of a log-in: one that lets in for some minutes, and one that gets the next two, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import User
from api.authentication import LOG_IN_CLAIM, SCHEME, is_current
from api.models import LogIn


class Ended(AuthenticationFailed):
    default_code = "log_in_ended"
    default_detail = "This refresh token is not good (any more). Log in again."


@dataclass(frozen=True)
class Pair:
    access: str
    refresh: str
    expires_in: int  # seconds, of `access`
    token_type: str = SCHEME


def begin(user: User) -> Pair:
    """Log them in."""
    token = RefreshToken()
    log_in = LogIn.objects.create(
        user=user,
        auth_hash=user.get_session_auth_hash(),
        refresh_id=token["jti"],
        expires_at=_expiry_of(token),
    )
    return _pair(token, log_in.pk)


@sensitive_variables("secret", "old", "new")
def renew(secret: str) -> Pair:
    """The next pair. Whoever comes with a token that was used before, its owner or a thief, ends the log-in:
    nobody knows which of the two has got the next one. Raises Ended."""
    old = _read(secret)
    log_in = LogIn.objects.good().select_related("user").filter(pk=_log_in_of(old)).first()
    if log_in is None:
        raise Ended
    new = RefreshToken()
    same = LogIn.objects.filter(pk=log_in.pk, refresh_id=old["jti"])
    if not (is_current(log_in) and same.update(refresh_id=new["jti"], expires_at=_expiry_of(new))):
        LogIn.objects.filter(pk=log_in.pk).delete()
        raise Ended
    return _pair(new, log_in.pk)


@sensitive_variables("secret")
def end(secret: str) -> None:
    """End the log-in that a refresh token is of, if there is one (still)."""
    try:
        LogIn.objects.filter(pk=_log_in_of(_read(secret))).delete()
    except Ended:
        return


def _read(secret: str) -> RefreshToken:
    try:
        return RefreshToken(secret)  # type: ignore[arg-type]
    except TokenError as error:
        raise Ended from error


def _log_in_of(token: RefreshToken) -> UUID:
    try:
        return UUID(str(token[LOG_IN_CLAIM]))
    except (KeyError, ValueError) as error:
        raise Ended from error


def _expiry_of(token: RefreshToken) -> datetime:
    return datetime.fromtimestamp(token["exp"], UTC)


def _pair(token: RefreshToken, log_in: UUID) -> Pair:
    token[LOG_IN_CLAIM] = str(log_in)
    access = token.access_token
    access.set_exp()  # from its own second on, which may be the next already
    return Pair(str(access), str(token), access["exp"] - access["iat"])
