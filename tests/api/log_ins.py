"""Programs that log in."""

from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD


def post(path: str, content: object = None, *, access: str = "") -> Any:
    headers = {"Authorization": f"Bearer {access}"} if access else {}
    return APIClient().post(f"/api/auth/{path}/", content, format="json", headers=headers)


def log_in(login: str = "owner", password: str = PASSWORD) -> Any:
    return post("token", {"username": login, "password": password})


def pair_of(user: User) -> dict[str, Any]:
    """The tokens of a new log-in."""
    answer = log_in(user.username)
    assert answer.status_code == 200, answer.content
    pair: dict[str, Any] = answer.json()
    return pair


def refresh(pair: dict[str, Any]) -> Any:
    return post("token/refresh", {"refresh": pair["refresh"]})


def lets_in(pair: dict[str, Any]) -> bool:
    headers = {"Authorization": f"Bearer {pair['access']}"}
    status = APIClient().get("/api/me/", headers=headers).status_code
    assert status in {200, 401}
    return status == 200
