"""Programs that listen at the WebSocket."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from api.authentication import LOG_IN_CLAIM
from api.models import LogIn
from tests.api.clients import make_token

ADDRESS = "/api/ws-tickets/"


def ticket_of(client: Client) -> str:
    """One that the site gives to this caller of its API."""
    answer = client.post(ADDRESS)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["ticket"])


def with_secret(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def by_token(user: User) -> APIClient:
    return with_secret(make_token(user)[1])


def by_log_in(user: User) -> APIClient:
    log_in = LogIn.objects.create(
        user=user,
        auth_hash=user.get_session_auth_hash(),
        refresh_id="any",
        expires_at=timezone.now() + timedelta(days=1),
    )
    access = AccessToken()
    access[LOG_IN_CLAIM] = str(log_in.pk)
    return with_secret(str(access))


def by_session(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client
