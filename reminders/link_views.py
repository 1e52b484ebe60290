"""What the links in our e-mails open. Whoever has the link may, signed in as whoever or not at all."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reminders import links
from reminders.buttons import buttons
from reminders.models import Occurrence
from reminders.snoozing import moment_of
from reminders.unsubscribing import stop_mailing_owner


@csrf_exempt  # works in mail programs that keep no cookies; who can forge a request has the link anyway
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Say what the link does; only a POST does it."""
    try:
        purpose, pk = links.read(token)
    except SignatureExpired:
        return _gone(request, "This link is too old.")
    except BadSignature:
        raise Http404("not a link of ours") from None
    occurrence = Occurrence.objects.with_buttons().filter(pk=pk, task__owner__is_active=True).first()
    if occurrence is None:
        return _gone(request, "This reminder is not there any more.")
    context: dict[str, Any] = {"purpose": purpose}
    if request.method == "POST":
        try:
            context["acted"] = _act(purpose, occurrence, request)
        except ValidationError as error:
            context |= {"error": error.messages[0], "typed": request.POST.get("at", "")}
        except Occurrence.DoesNotExist:
            return _gone(request, "This reminder is not there any more.")
        else:
            occurrence = Occurrence.objects.with_buttons().get(pk=pk)
    return _answer(request, "reminders/link.html", context | buttons(occurrence))


def _act(purpose: str, occurrence: Occurrence, request: HttpRequest) -> bool:
    """Gives False when it was done already."""
    if purpose == links.DONE:
        return occurrence.acknowledge()
    if purpose == links.UNSUBSCRIBE:
        stop_mailing_owner(occurrence)
        return True
    chosen, typed = request.POST.get("until", ""), request.POST.get("at", "")
    return occurrence.snooze(moment_of(chosen, typed, timezone.now(), occurrence.task.owner.zone))


def _gone(request: HttpRequest, words: str) -> HttpResponse:
    return _answer(request, "reminders/link_gone.html", {"words": words}, status=410)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """No other site learns the address, and no search engine keeps the page."""
    status = 422 if "error" in context else status
    response = render(request, template, context, status=status)
    response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
    return response
