"""The calendar feed: the page where one gets and revokes its address, and the feed itself."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import UserRequest
from reminders.feeds import feed_of
from reminders.models import CalendarFeed

CONTENT_TYPE = "text/calendar; charset=utf-8"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: UserRequest) -> HttpResponse:
    """Whether there is a feed, and when it was read; a POST makes an address, which is shown this once."""
    address = _address(CalendarFeed.objects.renew(request.user)) if request.method == "POST" else ""
    context = {
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "address": address,
        "webcal": urlsplit(address)._replace(scheme="webcal").geturl() if address else "",
    }
    return render(request, "reminders/calendar.html", context)


@login_required
@require_POST
def revoke(request: UserRequest) -> HttpResponse:
    CalendarFeed.objects.filter(user=request.user).delete()
    messages.success(request, "The address was revoked. Calendars that used it are not updated any more.")
    return redirect("reminders:calendar")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The reminders of whom the key is from; no part of the path, which is logged when nothing is found."""
    found = CalendarFeed.objects.opened_by(request.GET.get("key", ""))
    if found is None:
        raise Http404("no such calendar")
    found.note_reading()
    feed = feed_of(found.user)
    tag = f'W/"{feed.version}"'
    response = get_conditional_response(request, tag) or HttpResponse(feed.text(), content_type=CONTENT_TYPE)
    response["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    response["Content-Disposition"] = 'inline; filename="reminders.ics"'
    response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
    return response


def _address(key: str) -> str:
    return f"{settings.SITE_URL}{reverse('reminders:feed')}?{urlencode({'key': key})}"
