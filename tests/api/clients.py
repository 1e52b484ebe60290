"""Callers of the API, by each sort of credential."""

from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from api.credentials import ALL
from api.models import Token


def make_token(user: User, name: str = "a program", **fields: Any) -> tuple[Token, str]:
    """A token that may do all unless `fields` say otherwise, with its secret."""
    token = Token(user=user, name=name, **{"can_write": True, "resources": sorted(ALL), **fields})
    secret = token.renew_secret()
    token.save()
    return token, secret


def program_of(user: User, **fields: Any) -> APIClient:
    """A client with an API token of the user's."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(user, **fields)[1]}")
    return client
