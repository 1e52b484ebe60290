"""Who may do what with broadcasts: staff, as their permissions in the admin say; others see none."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from accounts.access import staff_page
from accounts.models import User
from accounts.requests import UserRequest

LOOK = ("view", "change", "add")
View = Callable[..., HttpResponse]


def may(user: User, *actions: str) -> bool:
    """Whether the user may do one of these things at least."""
    allowed = (user.has_perm(f"notifications.{action}_broadcast") for action in actions)
    return user.is_staff and any(allowed)


def for_staff(*actions: str) -> Callable[[View], View]:
    """Let those in who may do one of these; for all others the page does not exist, whatever the method."""

    def decorate(view: View) -> View:
        @staff_page
        @login_required
        @wraps(view)
        def check(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, *actions):
                raise Http404
            return view(request, *args, **kwargs)

        return check

    return decorate
