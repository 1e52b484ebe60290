"""The page of who is here, and the switch with which one is not seen there."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import UserRequest
from notifications.presence.online import UNKNOWN, PresenceUnknown, online_users_even_hidden
from notifications.presence.people import (
    LONGEST_QUERY,
    PER_PAGE,
    People,
    people_online,
    set_visibility,
    shows_presence,
)

VISIBILITIES = {"true": True, "false": False}


@login_required
@require_safe
def people(request: UserRequest) -> HttpResponse:
    """Who is here and who was lately; with ?q=, those whose name or usercode holds that."""
    return render(request, "notifications/people.html", _context(request))


@login_required
@require_safe
def rows(request: UserRequest) -> HttpResponse:
    """What of that page moves."""
    return render(request, "notifications/_people.html", _context(request))


@login_required
@require_safe
def online(request: UserRequest) -> JsonResponse:
    """Who is online, by name, a hundred at a time; `next` is where the following are, and null at the end."""
    query = _query(request)
    try:
        found = people_online(request.user, query, online_users_even_hidden())
    except PresenceUnknown:
        return JsonResponse({"detail": UNKNOWN}, status=503)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    people = [{"username": user.username, "usercode": user.usercode_grouped} for user in page]
    following = urlencode({"q": query, "page": page.number + 1})
    address = f"{reverse('notifications:people_online')}?{following}" if page.has_next() else None
    return JsonResponse({"online": people, "count": page.paginator.count, "next": address})


@login_required
@require_POST
def visibility(request: UserRequest) -> HttpResponse:
    """Let oneself be seen, or not."""
    shows = VISIBILITIES.get(request.POST.get("shows_presence", ""))
    if shows is None:
        return HttpResponseBadRequest("Choose “true” or “false” for “shows_presence”.")
    set_visibility(request.user, shows_presence=shows)
    return redirect("notifications:people")


def _query(request: UserRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]


def _context(request: UserRequest) -> dict[str, object]:
    query = _query(request)
    return {
        "people": People.found(request.user, query, request.GET.get("page")),
        "query": query,
        "shows_presence": shows_presence(request.user),
    }
