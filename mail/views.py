"""Whom one may write to; what became of a run's e-mails, for who sent them; a way out, for who gets them."""

from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_own
from accounts.models import User
from accounts.requests import UserRequest
from mail import addresses, decisions, refusals
from mail.models import Delivery
from mail.suggestions import may_look_up, suggestions
from tasks.models import Run


@login_required
@require_safe
def recipients(request: UserRequest) -> HttpResponse:
    """Recipients that begin with ?q=, as JSON."""
    if not may_look_up(request.user):
        return JsonResponse({"suggestions": []}, status=429)
    typed = request.GET.get("q", "").replace("\0", "")[:254]
    return JsonResponse({"suggestions": suggestions(request.user, typed)})


@for_own(Run.objects.visible_to, "GET", "HEAD")
def deliveries(request: UserRequest, run: Run) -> HttpResponse:
    """The recipients of a run and what became of each, as a fragment of the run's page."""
    listed = list(Delivery.objects.filter(run=run).select_related("user").order_by("pk"))
    return render(request, "mail/_deliveries.html", {"run": run, "deliveries": listed})


@for_own(Delivery.objects.select_related("run").visible_to, "POST")
def decision(request: UserRequest, delivery: Delivery) -> HttpResponse:
    """Say what is to become of a message of which nobody knows whether it arrived."""
    decide = {"send": decisions.send_again, "leave": decisions.take_as_sent}.get(
        request.POST.get("choice", "")
    )
    if decide is None:
        return HttpResponseBadRequest("Choose “send” or “leave”.")
    decide(delivery)
    return redirect(delivery.run)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); who can forge that has the link anyway
@require_http_methods(["GET", "HEAD", "POST"])
def refusal(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether somebody wants no more mail, and of whom; only a POST makes it so."""
    try:
        mailing = refusals.read(token)
    except BadSignature:
        raise Http404("not a link of ours") from None
    sender = User.objects.filter(pk=mailing.sender).first()
    context = {"address": addresses.readable(mailing.address), "sender": sender}
    if request.method != "POST":
        return render(request, "mail/refusal.html", context)
    everybody = request.POST.get("whom") == "everybody" or sender is None
    refusals.refuse(mailing.address, None if everybody else sender)
    return render(request, "mail/refused.html", {**context, "everybody": everybody})
