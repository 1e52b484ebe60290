"""What drf-spectacular cannot know of our API by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api.idempotency import HEADER, REPLAYED
from api.limits import WINDOW
from api.problems import CONTENT_TYPE, TYPE

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = {
    "type": "object",
    "description": "Problem details, as RFC 9457 has them; some with further members, as the operation says.",
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
HEADERS = {
    "RateLimit-Policy": {
        "description": f"How many requests (`q`) each limit allows in a window of {WINDOW} seconds (`w`).",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "How many of them are left (`r`), and for how many seconds (`t`).",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}},
    "WWW-Authenticate": {
        "description": "How to say who you are.",
        "required": True,
        "schema": {"type": "string"},
    },
    REPLAYED: {
        "description": "There when this is the answer that the same request got before.",
        "schema": {"type": "string", "const": "true"},
    },
}
LIMITS = ("RateLimit-Policy", "RateLimit")
OWN_HEADERS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
}
ERRORS = {
    HTTPStatus.BAD_REQUEST: "What was sent cannot be read: it is not JSON, or a parameter is wrong.",
    HTTPStatus.UNAUTHORIZED: "Nobody is let in: there is no credential, or it is not good (any more).",
    HTTPStatus.FORBIDDEN: "The credential does not reach this, or may only read; or a CSRF token is missing.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it is somebody else's.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The request is not JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It is refused; `errors` say what is wrong with which field.",
    HTTPStatus.TOO_MANY_REQUESTS: "There were too many requests lately.",
}
INTRODUCTION = f"""

Say who you are by `Authorization: Bearer …`, with a personal API token or with an access token. Errors are
problem details (`{CONTENT_TYPE}`, RFC 9457). Lists come in pages: go on with the address in `next`. What is
created under an `{HEADER}` is created once, however often you send it. `RateLimit` headers say how many
requests are left. Moments have an offset, and come out in UTC.
"""
FIRST_SENTENCE = re.compile(r"(.+?)(?:[.](?=\s)|\.?$)\s*(.*)", re.DOTALL)


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
    result["info"]["description"] += INTRODUCTION
    components = result["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["headers"] = HEADERS
    components["responses"] = {_name(status): _refusal(status, words) for status, words in ERRORS.items()}
    for operation in operations_of(result):
        _sum_up(operation)
        _complete(operation)
    return result


def operations_of(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from (operation for method, operation in methods.items() if method in METHODS)


def _sum_up(operation: dict[str, Any]) -> None:
    """The first sentence is the summary."""
    said = FIRST_SENTENCE.match(operation.pop("description", "").strip())
    if said is None:
        return
    operation.setdefault("summary", " ".join(said[1].split()))
    if said[2]:
        operation["description"] = said[2]


def _complete(operation: dict[str, Any]) -> None:
    operation.setdefault("security", [])  # nobody has to say who they are
    responses = operation["responses"]
    for code, response in responses.items():
        _complete_response(HTTPStatus(int(code)), response)
    for status in _statuses(operation):
        responses.setdefault(str(int(status)), {"$ref": f"#/components/responses/{_name(status)}"})
    if HEADER in {parameter["name"] for parameter in operation.get("parameters", [])}:
        for code in responses:
            if code.startswith("2"):
                responses[code]["headers"].update(_headers(REPLAYED))
    operation["responses"] = dict(sorted(responses.items()))


def _complete_response(status: HTTPStatus, response: dict[str, Any]) -> None:
    """One that an operation names itself."""
    if status >= HTTPStatus.BAD_REQUEST:
        response.update(_refusal(status, response["description"] or ERRORS.get(status, "")))
        return
    response["description"] = response["description"] or status.phrase
    response["headers"] = {**response.get("headers", {}), **_headers(*LIMITS)}
    if "Location" in response["headers"]:
        response["headers"]["Location"]["required"] = True


def _refusal(status: HTTPStatus, description: str) -> dict[str, Any]:
    return {
        "description": description or status.phrase,
        "headers": _headers(*LIMITS, *OWN_HEADERS.get(status, ())),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _name(status: HTTPStatus) -> str:
    return status.phrase.replace(" ", "")


def _statuses(operation: dict[str, Any]) -> list[HTTPStatus]:
    """The errors that an operation has by what it takes."""
    parameters = operation.get("parameters", [])
    places = {parameter["in"] for parameter in parameters}
    takes_key = any(parameter["name"] == HEADER for parameter in parameters)
    found = [HTTPStatus.TOO_MANY_REQUESTS]
    if operation.get("security") and {} not in operation["security"]:
        found += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if "path" in places:
        found.append(HTTPStatus.NOT_FOUND)
    if "query" in places or takes_key:
        found.append(HTTPStatus.BAD_REQUEST)
    if takes_key:
        found.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    if "requestBody" in operation:
        found += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
        found += [HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY]
    return found
