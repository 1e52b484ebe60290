"""The OpenAPI description, taken apart."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.test import Client

from api.schema_extensions import METHODS


@cache
def described() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/schema/").json()
    return found


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What is meant by a reference; anything else as it is."""
    found: Any = part
    if "$ref" in part:
        found = described()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return dict(found)
