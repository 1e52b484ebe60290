"""Everything a person sees and types is in their own time, and for their eyes alone."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions import middleware as django_sessions
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from accounts import deletion, sessions
from accounts.second_factors import needed_by, was_shown


class SessionCookieMiddleware(django_sessions.SessionMiddleware):
    """Django's, but only who logs out has the session cookie taken away.

    Whoever comes with a session that is over may have been given another one since they asked, in another
    tab: the answer would take that one away. The cookie of a session that is over opens nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer: HttpResponse = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and not sessions.was_left_by(request):
            del answer.cookies[settings.SESSION_COOKIE_NAME]
        return answer


class SessionsMiddleware:
    """Keep where people are logged in, and when they were last seen there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        key = request.session.session_key or ""
        if not sessions.note(request, request.user):
            _go_on_as_nobody(request)
        response = self.get_response(request)
        if request.user.is_authenticated and request.session.session_key not in {None, key}:
            sessions.move(key, request, request.user)
            when_sent(response, partial(sessions.leave, key, request.user))
        return response


def when_sent(response: HttpResponse, act: Callable[[], None]) -> None:
    """Have something done when the server has sent the response, which it closes then. It is left undone when
    the server is killed before, or the browser hangs up."""
    close = response.close

    def act_and_close() -> None:
        try:
            act()
        finally:
            close()

    response.close = act_and_close  # type: ignore[method-assign]


class DeletedMeanwhileMiddleware:
    """Whose account is deleted while a page is made for them is where everybody is who is not logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if request.user.is_authenticated and deletion.explains(error, request.user.pk):
            _go_on_as_nobody(request)
            return redirect("account_login")
        return None


def _go_on_as_nobody(request: HttpRequest) -> None:
    """The session ended elsewhere; nobody logs out here."""
    request.session.flush()
    request.user = AnonymousUser()


class TimeZoneMiddleware:
    """Activate the signed-in person's zone for the request, and nobody's afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.zone):
            return self.get_response(request)


class PrivatePagesMiddleware:
    """Keep what signed-in people see out of caches: after logging out, “Back” must not show it again.

    What never changes under its address may say that it is `immutable`, and is kept by this browser alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "immutable" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response


class StaffSecondFactorMiddleware:
    """Lead staff to switch on a second factor, or to show it, before anything opens that is for staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        user = request.user
        if not (settings.STAFF_NEED_SECOND_FACTOR and user.is_authenticated and user.is_staff):
            return None
        if not self._is_for_staff(request, view):
            return None
        needed = needed_by(user)
        if not needed:
            return redirect("mfa_index")
        if was_shown(request):
            return None
        page = reverse("mfa_reauthenticate" if needed.codes else "mfa_reauthenticate_webauthn")
        return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")

    @staticmethod
    def _is_for_staff(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
        match = request.resolver_match
        is_admin = match is not None and match.namespace == "admin" and match.url_name != "logout"
        return is_admin or getattr(view, "is_for_staff", False)
