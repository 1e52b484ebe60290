"""The page about where one is logged in, and its buttons."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.access import for_own
from accounts.requests import UserRequest
from accounts.user_agents import browser_named
from api.credentials import Credential
from api.sessions import places


def credential_of(request: UserRequest) -> Credential:
    return Credential("session", request.session.session_key or "")


@login_required
@require_safe
def place_list(request: UserRequest) -> HttpResponse:
    asking = credential_of(request)
    context = {
        "browsers": places.browsers_of(request.user, asking),
        "programs": places.programs_of(request.user, asking),
        "most": places.MOST,
    }
    return render(request, "api/sessions/list.html", context)


@for_own(sessions.visible_to, "POST")
def end(request: UserRequest, session: UserSession) -> HttpResponse:
    if session.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    session.delete()
    messages.success(request, f"{browser_named(session.user_agent)} is logged out.")
    return redirect("sessions:list")


@login_required
@require_POST
def end_others(request: UserRequest) -> HttpResponse:
    places.end_others(request.user, credential_of(request))
    messages.success(request, "You are logged out everywhere else.")
    return redirect("sessions:list")
