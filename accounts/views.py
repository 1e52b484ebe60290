"""The page about oneself; all other pages of the account are allauth's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import second_factors, zones
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.moving import save
from accounts.requests import UserRequest


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """Show and change one's username and time zone. Who moves may be asked what follows from it."""
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        page = save(form.instance, form.save)
        messages.success(request, "Saved.")
        return redirect(page or "profile")
    context = {
        "form": form,
        "zones": zones.offered(),
        "verified": request.user.has_verified_email(),
        "second_factor": second_factors.is_on(request.user),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)
