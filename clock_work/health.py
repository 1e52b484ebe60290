"""How the site is, for machines that watch it and for its staff."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import staff_page
from accounts.requests import UserRequest
from tasks.health import SchedulerHealth


@never_cache
@require_safe
def scheduler(request: HttpRequest) -> HttpResponse:
    """200 when what is due begins, 503 when not, or when nobody can tell as the database is away."""
    try:
        health = SchedulerHealth.current()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "unknown", "reason": "The database does not answer."}, status=503)
    return JsonResponse(_told(health), status=200 if health.is_well else 503)


@staff_page
@login_required
@require_safe
def page(request: UserRequest) -> HttpResponse:
    return _for_staff(request, "health.html")


@staff_page
@login_required
@require_safe
def state(request: UserRequest) -> HttpResponse:
    """The part of the page that changes while one looks at it."""
    return _for_staff(request, "_health.html")


def _for_staff(request: UserRequest, template: str) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    return render(request, template, {"health": SchedulerHealth.current()})


def _told(health: SchedulerHealth) -> dict[str, Any]:
    return {
        "status": health.status,
        "looked_at": health.looked_at,
        "seconds_since_look": health.seconds_since_look,
        "due_tasks": health.due,
        "seconds_late": health.seconds_late,
        "seconds_waiting": health.seconds_waiting,
    }
