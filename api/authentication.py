"""Who asks: by `Authorization: Bearer` with an access token or a personal API token, or by a session."""

from __future__ import annotations

from datetime import timedelta
from secrets import compare_digest
from typing import cast
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from api.credentials import Credential
from api.models import PREFIX, LogIn, Token

SCHEME = "Bearer"
LOG_IN_CLAIM = "log_in"
BETWEEN_USES = timedelta(minutes=1)


class BearerAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        return _by_token(secret.strip()) if secret.startswith(PREFIX) else _by_access_token(secret.strip())

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The same browser; what changes something needs the CSRF token, too."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = cast("User", found[0])
        return user, Credential("session", request._request.session.session_key or "")

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="api"'


def _by_token(secret: str) -> tuple[User, Credential]:
    token = Token.objects.with_secret(secret)
    if token is None:
        raise AuthenticationFailed("This API token is unknown, revoked or expired.")
    _note_use(token)
    return token.user, token.credential


def _note_use(token: Token) -> None:
    """Keep when it was last used, to a minute, so that a busy program makes us write little."""
    lately = timezone.now() - BETWEEN_USES
    if token.used_at and token.used_at >= lately:
        return
    Token.objects.filter(Q(used_at=None) | Q(used_at__lt=lately), pk=token.pk).update(used_at=Now())


def _by_access_token(secret: str) -> tuple[User, Credential]:
    log_in = log_in_of(secret)
    if log_in is None:
        raise AuthenticationFailed("This access token is not valid (any more). Refresh it, or log in again.")
    return log_in.user, log_in.credential


def log_in_of(access_token: str) -> LogIn | None:
    """The log-in that an access token came of, with its user; None if it does not let in (any more)."""
    try:
        key = UUID(str(AccessToken(access_token)[LOG_IN_CLAIM]))  # type: ignore[arg-type]
    except (TokenError, KeyError, ValueError):
        return None
    log_in = LogIn.objects.good().select_related("user").filter(pk=key).first()
    return log_in if log_in and is_current(log_in) else None


def is_current(log_in: LogIn) -> bool:
    """Whether the password is still the one it was made with."""
    return compare_digest(log_in.auth_hash, log_in.user.get_session_auth_hash())
