"""/healthz answers as long as the process serves."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings


@pytest.mark.django_db
def test_it_asks_nobody_else(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.content == b"ok\n"
    assert "no-store" in answer["Cache-Control"]


def test_probes_over_plain_http_are_not_sent_away(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/about/").status_code == 301


def test_it_only_reads(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
