"""A personal API token lets in, as far as it reaches, and as long as it is good."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.clients import make_token, program_of


def test_a_token_says_who_one_is(owner: User) -> None:
    answer = program_of(owner).get("/api/me/")
    assert answer.status_code == 200
    assert answer.json()["username"] == "owner"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer cw_wrong", "Bearer x.y.z", "Basic b3duZXI6eA=="])
def test_without_one_that_is_good_nobody_is_let_in(header: str, owner: User) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get("/api/me/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_expired_one_and_one_of_a_disabled_account_let_in_nobody(owner: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    assert program_of(owner, expires_at=past).get("/api/me/").status_code == 401
    client = program_of(owner, expires_at=timezone.now() + timedelta(hours=1))
    assert client.get("/api/me/").status_code == 200
    owner.is_active = False
    owner.save()
    assert client.get("/api/me/").status_code == 401


def test_it_reaches_only_what_it_is_for(owner: User) -> None:
    answer = program_of(owner, resources=["notes"]).get("/api/me/")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This API token may not reach “account”."


def test_its_use_is_kept_to_the_minute(owner: User) -> None:
    token, secret = make_token(owner)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    client.get("/api/me/")
    token.refresh_from_db()
    first = token.used_at
    assert first is not None
    client.get("/api/me/")
    token.refresh_from_db()
    assert token.used_at == first
