"""Uploading, showing and removing people's pictures."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts import avatars
from accounts.forms import AvatarForm
from accounts.requests import UserRequest
from accounts.views import profile_page

logger = logging.getLogger(__name__)

AWAY = "The picture cannot be stored just now. Try again in some minutes."


@login_required
@require_POST
def upload(request: UserRequest) -> HttpResponse:
    form = AvatarForm(files=request.FILES)
    if not form.is_valid():
        return profile_page(request, avatar_form=form)
    try:
        avatars.put(request.user, form.cleaned_data["picture"])
    except OSError:
        logger.exception("a picture could not be stored")
        messages.error(request, AWAY)
    else:
        messages.success(request, "That is your picture now.")
    return redirect("profile")


@login_required
@require_POST
def remove(request: UserRequest) -> HttpResponse:
    avatars.remove(request.user)
    messages.success(request, "Your picture is removed.")
    return redirect("profile")


@login_required
@require_safe
def show(request: UserRequest, key: str) -> HttpResponse:
    try:
        return avatars.answer(request, key)
    except FileNotFoundError as error:
        raise Http404 from error
    except OSError as error:
        logger.warning("a picture could not be read: %s", error)
        return HttpResponse(status=503)
