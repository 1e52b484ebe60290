"""Back to where a button was pressed."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page of this site that the request came from, or else to `otherwise`."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return redirect(otherwise)
    page = urlsplit(referer)
    return redirect(page._replace(scheme="", netloc="", fragment="").geturl())
