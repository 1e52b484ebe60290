"""The pages about the programs that may act for somebody: their API tokens and their log-ins."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import for_own
from accounts.requests import UserRequest
from accounts.returning import back
from api.models import LogIn, Token
from api.tokens.forms import TokenForm
from api.tokens.making import MOST, MadeAlready

LOG_INS_SHOWN = 25


@login_required
@require_safe
def token_list(request: UserRequest) -> HttpResponse:
    log_ins = LogIn.objects.visible_to(request.user).order_by("-created_at")[: LOG_INS_SHOWN + 1]
    context = {
        "tokens": Token.objects.visible_to(request.user).order_by("-pk"),
        "log_ins": log_ins[:LOG_INS_SHOWN],
        "more_log_ins": len(log_ins) > LOG_INS_SHOWN,
        "most": MOST,
    }
    return render(request, "api/tokens/list.html", context)


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made", "secret")
def create(request: UserRequest) -> HttpResponse:
    """The secret stands in the answer to the form and nowhere else: it is not kept, so a redirect would have
    nothing to show. Who loads the answer anew makes no second token."""
    form = TokenForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.save()
        except MadeAlready:
            messages.warning(request, "This token was made already. Its secret was shown that once.")
            return redirect("tokens:list")
        if made:
            token, secret = made
            get_adapter().send_notification_mail("api/email/token_made", request.user, {"token": token})
            context = {"token": token, "secret": secret, "address": f"{settings.SITE_URL}/api/me/"}
            return render(request, "api/tokens/made.html", context)
    return render(request, "api/tokens/form.html", {"form": form}, status=422 if form.errors else 200)


@for_own(Token.objects.visible_to, "GET", "HEAD", "POST")
def revoke(request: UserRequest, token: Token) -> HttpResponse:
    if request.method == "POST":
        token.delete()
        messages.success(request, f"“{token.name}” is revoked. It lets in nobody any more.")
        return redirect("tokens:list")
    return render(request, "api/tokens/revoke.html", {"token": token})


@for_own(LogIn.objects.visible_to, "POST")
def end_log_in(request: UserRequest, log_in: LogIn) -> HttpResponse:
    log_in.delete()
    messages.success(request, "The program is logged out.")
    return back(request, "tokens:list")


@login_required
@require_POST
def end_log_ins(request: UserRequest) -> HttpResponse:
    LogIn.objects.filter(user=request.user).delete()
    messages.success(request, "All programs are logged out.")
    return back(request, "tokens:list")
