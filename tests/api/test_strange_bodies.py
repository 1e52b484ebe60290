"""Whatever comes in where one logs in: it is answered, and never by an error of ours."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = pytest.mark.django_db

FIELDS = {
    "register": ["username", "email", "password", "time_zone"],
    "token": ["username", "password"],
    "token/mfa": ["mfa_token", "code"],
    "token/refresh": ["refresh"],
    "logout": ["refresh"],
}
STRANGE: list[Any] = [
    None,
    True,
    -1,
    1e308,
    10**400,
    "",
    " ",
    "\0",
    "\ud800",
    "\u202e",
    "x" * 100_000,
    "a@" * 200,
    "eyJhbGciOiJub25lIn0.eyJsb2dfaW4iOiJ4In0.",
    "eyJhbGciOiJub25lIn0=.=.",
    "WzEsMl0:1:x",
    "../../etc/passwd",
    [],
    {"x": [None]},
]


def send(path: str, body: str) -> Any:
    return APIClient().post(f"/api/auth/{path}/", body, content_type="application/json")


@pytest.mark.parametrize("path", FIELDS)
def test_it_is_answered(path: str, owner: User) -> None:
    for field in FIELDS[path]:
        for value in STRANGE:
            cache.clear()
            others = dict.fromkeys(FIELDS[path], "owner")
            answer = send(path, json.dumps({**others, field: value}))
            assert 200 <= answer.status_code < 500, (field, value)


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize("body", ["", "null", "[]", '"x"', "1", "{", "\ufeff{}", '{"refresh": NaN}'])
def test_so_is_what_is_no_object(path: str, body: str) -> None:
    answer = send(path, body)
    assert answer.status_code in {204, 400, 422}
