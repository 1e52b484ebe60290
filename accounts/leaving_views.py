"""The pages on which one deletes one's own account."""

from uuid import uuid4

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import belongings
from accounts.deletion import Busy
from accounts.forms import LeavingForm
from accounts.leaving import LAST_SUPERUSER, LastSuperuser, is_last_superuser, leave
from accounts.requests import UserRequest

BUSY = "Something of yours is being worked on right now. Nothing was deleted. Please try again."


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: UserRequest) -> HttpResponse:
    """Say what goes, and let it go once they have typed their name."""
    form = LeavingForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            leave(request.user)
        except LastSuperuser:
            form.add_error(None, LAST_SUPERUSER)
        except Busy:
            form.add_error(None, BUSY)
        else:
            logout(request)
            return redirect("account_deleted")
    context = {
        "form": form,
        "belongings": belongings.of(request.user),
        "is_last": is_last_superuser(request.user),
        "last_superuser": LAST_SUPERUSER,
        "export_key": uuid4(),
    }
    return render(request, "accounts/delete.html", context, status=422 if form.errors else 200)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/deleted.html")
