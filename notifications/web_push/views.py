"""The browsers that somebody lets us push to, and what their service workers ask for."""

import re
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_own
from accounts.requests import UserRequest
from accounts.returning import back
from accounts.user_agents import browser_named
from notifications.door import push
from notifications.models import Held, Notification, PushSubscription
from notifications.web_push.forms import PushSubscriptionForm
from notifications.web_push.messages import tag_of, tag_of_summary
from notifications.web_push.vapid import is_configured, public_key

TOPIC = "browsers"
MOST_SHOWN = 200
ENTRY = re.compile(r"notification-([0-9]{1,18})")
SUMMARY = re.compile(r"summary-([0-9]{1,18})")


@login_required
@require_GET
def others(request: UserRequest) -> HttpResponse:
    """The list of the other browsers, which the section includes."""
    return render(request, "notifications/_other_browsers.html")


@login_required
@require_http_methods(["GET", "POST"])
def subscriptions(request: UserRequest) -> HttpResponse:
    """What a browser needs to subscribe, and what it says when it has."""
    if not is_configured():
        raise Http404
    if request.method == "GET":
        return JsonResponse({"key": public_key(), "token": get_token(request)})
    form = PushSubscriptionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    kept = PushSubscription.objects.keep(
        request.user,
        **form.cleaned_data,
        session_key=request.session.session_key or "",
        browser=browser_named(request.headers.get("User-Agent", "")),
    )
    if not form.cleaned_data["again"]:
        push([request.user.pk], {"topic": TOPIC})
    return HttpResponse(status=204 if kept else 410)


@login_required
@require_POST
def delete(request: UserRequest) -> HttpResponse:
    """The browser that asks takes no pushes any more; it names its address."""
    endpoint = request.POST.get("endpoint", "")
    PushSubscription.objects.filter(user=request.user).at(endpoint).delete()
    push([request.user.pk], {"topic": TOPIC})
    return HttpResponse(status=204)


@for_own(PushSubscription.objects.visible_to, "POST")
def remove(request: UserRequest, subscription: PushSubscription) -> HttpResponse:
    """Send nothing to another browser any more; it learns of it when it next says that it is there."""
    PushSubscription.objects.filter(pk=subscription.pk).update(removed_at=Now())
    push([request.user.pk], {"topic": TOPIC})
    if request.headers.get("X-Requested-With") == "live-fragment":
        return render(request, "notifications/_other_browsers.html")
    return back(request, "notifications:settings", place="browsers")


@login_required
@require_GET
def news(request: UserRequest) -> HttpResponse:
    """Which of what a browser shows, by tags, somebody has not read yet."""
    mine = Notification.objects.visible_to(request.user).still_news()
    entries = mine.filter(pk__in=_keys(request, ENTRY)).values_list("pk", flat=True)
    held = Held.objects.summed_up().filter(digest__in=_keys(request, SUMMARY), notification__in=mine)
    digests = held.values_list("digest", flat=True).distinct()
    return JsonResponse({"news": [*map(tag_of, entries), *map(tag_of_summary, digests)]})


def _keys(request: UserRequest, tag: re.Pattern[str]) -> list[int]:
    found = (tag.fullmatch(each) for each in request.GET.getlist("tag")[:MOST_SHOWN])
    return [int(match[1]) for match in found if match]


@require_GET
@cache_control(no_cache=True)
def push_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root of the site: it is for all of its pages."""
    path = finders.find("js/push-worker.js")
    if path is None:
        raise Http404
    return HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
