"""The pages that are about all apps at once."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest
from api import problems
from tasks.models import Run, Task


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process serves; it asks nobody else, so it answers while the database is away."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is going on, for those who are signed in; what this is, for all others."""
    if not request.user.is_authenticated:
        return render(request, "landing.html")
    return render(request, "home.html", runs_of(request.user))


@login_required
@require_safe
def runs(request: UserRequest) -> HttpResponse:
    """The part of home that changes while one looks at it."""
    return render(request, "_runs.html", runs_of(request.user))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


def runs_of(user: User) -> dict[str, Any]:
    """A handful of each: what comes next, what runs or waits, and what ended last."""
    runs = Run.objects.visible_to(user).select_related("task")
    return {
        "coming": Task.objects.visible_to(user).scheduled()[:5],
        "running": runs.unfinished().come().order_by("-pk")[:10],
        "ended": runs.filter(finished_at__isnull=False).order_by("-finished_at")[:5],
    }


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw, said to people as a page and to programs in their way."""
    return problems.server_error() if request.path.startswith("/api/") else defaults.server_error(request)
