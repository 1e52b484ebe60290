"""Callers of the API, by each sort of credential."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from api.credentials import ALL
from api.models import LogIn, Token


def make_token(user: User, name: str = "a program", **fields: Any) -> tuple[Token, str]:
    """A token that may do all unless `fields` say otherwise, with its secret."""
    token = Token(user=user, name=name, **{"can_write": True, "resources": sorted(ALL), **fields})
    secret = token.renew_secret()
    token.save()
    return token, secret


def make_log_in(user: User) -> LogIn:
    """One whose tokens nobody has got."""
    expires_at = timezone.now() + timedelta(days=1)
    return LogIn.objects.create(user=user, auth_hash=user.get_session_auth_hash(), expires_at=expires_at)


def program_of(user: User, **fields: Any) -> APIClient:
    """A client with an API token of the user's, which was used just now."""
    _, secret = make_token(user, **{"used_at": timezone.now(), **fields})
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
