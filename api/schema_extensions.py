"""What drf-spectacular cannot know of our API by itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api.limits import WINDOW
from api.problems import CONTENT_TYPE, TYPE

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = {
    "type": "object",
    "description": "Problem details, as RFC 9457 has them.",
    "properties": {
        "type": {"type": "string", "pattern": f"^{TYPE}[a-z-]+$", "description": "Which problem it is."},
        "title": {"type": "string", "description": "What the status means."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, in words for people."},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "properties": {
                    "field": {
                        "type": "string",
                        "description": "The field's name, with dots below others; empty for the whole.",
                    },
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
                "required": ["field", "detail", "code"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
LIMIT_HEADERS = {
    "RateLimit-Policy": {
        "description": f"How many requests (`q`) each limit allows in a window of {WINDOW} seconds (`w`).",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "How many of them are left (`r`), and for how many seconds (`t`).",
        "schema": {"type": "string"},
    },
}
RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token of `/api/auth/token/`, or a personal API token of the settings.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The same browser. What changes something needs an `X-CSRFToken` header, too.",
        }


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give every operation the errors and headers that all have; a hook of drf-spectacular's."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for methods in result["paths"].values():
        for method, operation in methods.items():
            if method in METHODS:
                _complete(operation)
    return result


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in _statuses(operation):
        responses.setdefault(str(int(status)), {"description": status.phrase})
    for code, response in responses.items():
        response["headers"] = {**response.get("headers", {}), **LIMIT_HEADERS}
        if int(code) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if int(code) == HTTPStatus.TOO_MANY_REQUESTS:
            response["headers"].update(RETRY_AFTER)
    operation["responses"] = dict(sorted(responses.items()))


def _statuses(operation: dict[str, Any]) -> list[HTTPStatus]:
    """The errors that an operation has by what it takes."""
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    found = [HTTPStatus.TOO_MANY_REQUESTS]
    if operation.get("security") and {} not in operation["security"]:
        found += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if "path" in places:
        found.append(HTTPStatus.NOT_FOUND)
    if places & {"query", "header"}:
        found.append(HTTPStatus.BAD_REQUEST)
    if "header" in places:
        found.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    if "requestBody" in operation:
        found += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
        found += [HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY]
    return found
