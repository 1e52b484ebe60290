"""What is done for all requests before anything else of ours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ProbesMiddleware:
    """Who asks how the site is, is nobody: without cookies no session is looked up, and the answer comes
    while the database is away, in browsers of people who are signed in too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/healthz"):
            request.COOKIES.clear()
        return self.get_response(request)
