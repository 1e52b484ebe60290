"""The page about oneself; most other pages of the account are allauth's."""

from allauth.account.forms import ChangePasswordForm
from allauth.account.views import PasswordChangeView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import zones
from accounts.forms import AvatarForm, ProfileForm
from accounts.models import User
from accounts.moving import save
from accounts.requests import UserRequest


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """Show and change one's names and time zone. Who moves may be asked what follows from it."""
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        page = save(form.instance, form.save)
        messages.success(request, "Saved.")
        return redirect(page or "profile")
    return profile_page(request, form=form)


def profile_page(
    request: UserRequest, *, form: ProfileForm | None = None, avatar_form: AvatarForm | None = None
) -> HttpResponse:
    """The page, with the form in it that something is wrong with, if so."""
    context = {
        "form": form or ProfileForm(instance=request.user),
        "avatar_form": avatar_form or AvatarForm(),
        "zones": zones.offered(),
    }
    is_wrong = any(given and given.errors for given in (form, avatar_form))
    return render(request, "accounts/profile.html", context, status=422 if is_wrong else 200)


class ChangePasswordView(PasswordChangeView):  # type: ignore[misc]
    """Changes everything at once, at the end: the other tabs of this browser are told then that their session
    may be over, when the answer that brings them another one is about to be sent."""

    @transaction.atomic
    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        return answer
