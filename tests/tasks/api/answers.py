"""What the API answers, taken apart."""

from typing import Any

TASKS, RUNS = "/api/tasks/", "/api/runs/"


def errors(answer: Any) -> dict[str, str]:
    """What is wrong with which field of the body, for an answer that refuses it."""
    assert answer.status_code == 422, answer.data
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def keys(answer: Any) -> list[int]:
    """Of the things on a page."""
    assert answer.status_code == 200, answer.data
    return [each["id"] for each in answer.json()["results"]]


def path_of(address: str) -> str:
    """Without the site."""
    return address.removeprefix("http://testserver")
