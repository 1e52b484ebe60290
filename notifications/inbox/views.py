"""The inbox. Everything is looked up among one's own notifications, so another's is not found."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from accounts.access import for_own
from accounts.requests import UserRequest, to_number
from notifications.inbox.answers import inbox_context
from notifications.inbox.changing import change
from notifications.inbox.pages import Page
from notifications.models import Notification


@login_required
@require_GET
def inbox(request: UserRequest) -> HttpResponse:
    return render(request, "notifications/inbox.html", inbox_context(request))


@login_required
@require_GET
def entries(request: UserRequest) -> HttpResponse:
    """What of the inbox moves: the same part that the page includes."""
    return render(request, "notifications/_entries.html", inbox_context(request))


@login_required
@require_GET
def badge(request: UserRequest) -> HttpResponse:
    return render(request, "notifications/_badge.html")


@for_own(Notification.objects.visible_to, "GET")
def detail(request: UserRequest, notification: Notification) -> HttpResponse:
    """Open a notification: it counts as read, and leads on to what it is about, if that is a page of ours."""
    _count_as_read(request, notification)
    if url_has_allowed_host_and_scheme(notification.url, allowed_hosts=None):
        return redirect(notification.url)
    return render(request, "notifications/detail.html", {"notification": notification})


@for_own(Notification.objects.visible_to, "GET")
def together(request: UserRequest, notification: Notification) -> HttpResponse:
    """Open a line: all that is folded into it counts as read, and is listed."""
    _count_as_read(request, notification)
    return render(request, "notifications/together.html", _folded(request, notification))


@for_own(Notification.objects.visible_to, "GET")
def folded(request: UserRequest, notification: Notification) -> HttpResponse:
    """The same list, to be shown within the line."""
    return render(request, "notifications/_folded.html", _folded(request, notification))


def _folded(request: UserRequest, notification: Notification) -> dict[str, object]:
    before = to_number(request.GET.get("before", ""))
    page = Page.of(Notification.objects.visible_to(request.user).with_folded(notification), before=before)
    return {"notification": notification, "page": page}


def _count_as_read(request: UserRequest, notification: Notification) -> None:
    """It and what is folded into it; of a folded one it alone, its line is as unread as before."""
    if not notification.is_still_news or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    if notification.folded:
        change(request.user.pk, lambda entries: entries.filter(pk=notification.pk).mark_read())
    else:
        change(request.user.pk, lambda entries: entries.chosen([notification.pk]).mark_read())
