"""Requests are counted over all processes, and who makes too many is told when to come again."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.api.clients import program_of


def test_each_answer_says_what_is_left(owner: User) -> None:
    client = program_of(owner)
    first, second = (client.get("/api/me/").headers for _ in range(2))
    assert first["RateLimit-Policy"] == '"user";q=600;w=60, "token";q=300;w=60'
    assert first["RateLimit"].startswith('"user";r=599;t=')
    assert '"token";r=298;t=' in second["RateLimit"]


def test_who_makes_too_many_is_told_when_to_come_again(owner: User, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE_PER_TOKEN = 2
    client = program_of(owner)
    assert [client.get("/api/me/").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/api/me/")
    assert refused.json()["detail"] == "This token may make 2 requests in a minute."
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert program_of(owner).get("/api/me/").status_code == 200, "another token of the same user"


def test_a_user_is_counted_over_all_their_tokens(owner: User, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE_PER_USER = 2
    assert [program_of(owner).get("/api/me/").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("header", ["", "Bearer cw_guess"])
def test_an_address_is_counted_while_nobody_is_known(
    header: str, client: Client, settings: Settings, db: None
) -> None:
    settings.API_REQUESTS_PER_MINUTE_PER_ADDRESS = 2
    headers = {"authorization": header}
    answers = [
        client.get("/api/me/", headers=headers, REMOTE_ADDR=f"192.0.2.{len(header)}") for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
