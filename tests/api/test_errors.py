"""Errors have one shape: problem details."""

import pytest
from django.test import Client

from accounts.models import User
from tests.api.clients import program_of


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_an_address_at_which_there_is_nothing(method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/no/such/thing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:clock-work:problem:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "Not found.",
    }


def test_a_method_that_is_not_there(owner: User) -> None:
    answer = program_of(owner).post("/api/me/", {}, format="json")
    assert answer.status_code == 405
    assert answer.json()["type"] == "urn:clock-work:problem:method-not-allowed"
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=x"])
def test_whatever_is_asked_for_the_answer_is_json(accept: str, owner: User) -> None:
    answer = program_of(owner).get("/api/me/", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
