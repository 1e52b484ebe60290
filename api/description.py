"""The OpenAPI description of the API, and the page that one reads and tries it on."""

import hashlib
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

CONTENT_TYPE = "application/vnd.oai.openapi+json"


class Description(NamedTuple):
    content: bytes
    etag: str


@cache
def description() -> Description:
    """Made once in a process, since it takes long and never changes."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    content: bytes = OpenApiJsonRenderer().render(found)
    return Description(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _etag(request: HttpRequest) -> str:
    return description().etag


@require_safe
@cache_control(no_cache=True)
@condition(etag_func=_etag)
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(description().content, content_type=CONTENT_TYPE)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger's page, of files of our own. What one tries there is asked in the browser's own session."""
    return render(request, "api/docs.html")
