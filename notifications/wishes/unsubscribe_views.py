"""What the unsubscribe links in our e-mails open. Whoever has the link may, signed in as whoever or not."""

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notifications.wishes import unsubscribing


@csrf_exempt  # mail programs post here by themselves (RFC 8058); who can forge that has the link anyway
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether somebody wants no more of such e-mail; only a POST makes it so."""
    try:
        subscription = unsubscribing.read(token)
    except BadSignature:
        raise Http404("not a link of ours") from None
    whose = get_object_or_404(User, pk=subscription.user_id)
    if request.method == "POST":
        subscription.end()
    context = {"subscription": subscription, "whose": whose, "ended": request.method == "POST"}
    response = render(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
    return response
