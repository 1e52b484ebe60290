"""Back to where a button was pressed."""

from urllib.parse import urldefrag

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def came_from(request: HttpRequest) -> str:
    """The page of this site that the request came from, or nothing."""
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return urldefrag(referer).url if ours else ""


def back(request: HttpRequest, otherwise: str, *, place: str = "") -> HttpResponse:
    """To that page, and to where on it the element `place` is; or else to `otherwise`."""
    page = came_from(request)
    return redirect(f"{page}#{place}" if page and place else page or otherwise)
