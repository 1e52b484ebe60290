"""How views of the API say what they take and give, for its OpenAPI description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.serializers import Serializer

from api.idempotency import HEADER, LONGEST_KEY

F = TypeVar("F", bound=Callable[..., Any])
AnySerializer = type[Serializer[Any]]
Responses = Mapping[int, OpenApiResponse]

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Sent again with the same key and content within 24 hours, the request is answered as the "
    "first time and makes nothing new. The same key with another content is refused (422).",
)


def lists(
    given: AnySerializer,
    *,
    query: AnySerializer | None = None,
    responses: Responses | None = None,
    **more: Any,
) -> Callable[[F], F]:
    """A page of things. What an operation is, its docstring says; `responses` are those of its own."""
    answers = {HTTPStatus.OK: given(many=True), **(responses or {})}
    return extend_schema(parameters=[query] if query else [], responses=answers, **more)


def shows(
    given: AnySerializer,
    *,
    query: AnySerializer | None = None,
    responses: Responses | None = None,
    **more: Any,
) -> Callable[[F], F]:
    answers = {HTTPStatus.OK: given, **(responses or {})}
    return extend_schema(parameters=[query] if query else [], responses=answers, **more)


def creates(
    taken: AnySerializer | None, given: AnySerializer, *, responses: Responses | None = None, **more: Any
) -> Callable[[F], F]:
    """Something new, once for an Idempotency-Key."""
    location = OpenApiParameter(
        "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[HTTPStatus.CREATED]
    )
    answers = {HTTPStatus.CREATED: given, **(responses or {})}
    parameters = [IDEMPOTENCY_KEY, location]
    return extend_schema(request=taken, parameters=parameters, responses=answers, **more)


def changes(
    taken: AnySerializer | dict[str, Any] | None,
    given: AnySerializer,
    *,
    responses: Responses | None = None,
    **more: Any,
) -> Callable[[F], F]:
    return extend_schema(request=taken, responses={HTTPStatus.OK: given, **(responses or {})}, **more)


def ends(
    description: str = "It is gone.",
    *,
    takes: AnySerializer | None = None,
    responses: Responses | None = None,
    **more: Any,
) -> Callable[[F], F]:
    """Nothing to show afterwards."""
    answers = {HTTPStatus.NO_CONTENT: OpenApiResponse(description=description), **(responses or {})}
    return extend_schema(request=takes, responses=answers, **more)


class Schema(AutoSchema):
    """drf-spectacular's, which also tells of the body of a DELETE where it has one."""

    def _get_request_body(self, direction: Any = "request") -> Any:
        method, self.method = self.method, "POST" if self.method == "DELETE" else self.method
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = method


def refuses(status: HTTPStatus, description: str) -> dict[int, OpenApiResponse]:
    """An error of an operation's own, for its `responses`; those that all have are added to all."""
    return {int(status): OpenApiResponse(description=description)}
