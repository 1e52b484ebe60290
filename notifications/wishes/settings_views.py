"""The page where people say of what they want to hear, how, and when not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import for_own
from accounts.requests import UserRequest
from notifications.models import Mute
from notifications.wishes import muting
from notifications.wishes.settings_forms import SettingsForm


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: UserRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. It holds from now on.")
        return redirect("notifications:settings")
    context = {"form": form, "mutes": Mute.objects.visible_to(request.user).order_by("-pk")}
    return render(request, "notifications/settings.html", context, status=422 if form.is_bound else 200)


@for_own(Mute.objects.visible_to, "POST")
def unmute(request: UserRequest, mute: Mute) -> HttpResponse:
    muting.end(mute)
    messages.success(request, f"You hear of “{mute.title}” again.")
    return redirect("notifications:settings")
