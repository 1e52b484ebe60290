"""What the links in our e-mails open. Whoever has the link may, signed in or not."""

from django.http import Http404, HttpRequest, HttpResponse


def link(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404
