"""Changing a thing only while it is as the caller knows it: `ETag` and `If-Match`, as RFC 9110 says."""

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from api.problems import PreconditionFailed

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The `ETag` of what you read: if it was changed since, this is refused (412).",
)
ETAG = OpenApiParameter(
    "ETag",
    {"type": "string"},
    OpenApiParameter.HEADER,
    response=[200],
    description="Stands for the thing as it is, for `If-Match`.",
)


def expect(request: Request, etag: str) -> None:
    """Raises PreconditionFailed if the request is for a thing with another ETag than it has."""
    asked = request.headers.get("If-Match")
    if asked is not None and asked.strip() != "*" and etag not in parse_etags(asked):
        raise PreconditionFailed
