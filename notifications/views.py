"""The inbox. Everything is looked up among one's own notifications, so another's is not found."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.access import for_own
from accounts.requests import UserRequest
from notifications.inbox import change
from notifications.models import Notification, NotificationQuerySet
from notifications.pages import Page, to_number


@login_required
@require_GET
def inbox(request: UserRequest) -> HttpResponse:
    return render(request, "notifications/inbox.html", {"page": _page(request)})


@login_required
@require_GET
def entries(request: UserRequest) -> HttpResponse:
    """What of the inbox moves: the same part that the page includes."""
    return render(request, "notifications/_entries.html", {"page": _page(request)})


@login_required
@require_GET
def badge(request: UserRequest) -> HttpResponse:
    return render(request, "notifications/_badge.html")


@for_own(Notification.objects.visible_to, "GET")
def detail(request: UserRequest, notification: Notification) -> HttpResponse:
    """Open a notification: it counts as read, and leads on to what it is about."""
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        _mark_read(notification)
    is_ours = url_has_allowed_host_and_scheme(notification.url, allowed_hosts=None)
    return redirect(notification.url if is_ours else "notifications:inbox")


@for_own(Notification.objects.visible_to, "POST")
def reading(request: UserRequest, notification: Notification) -> HttpResponse:
    """Mark one as read without leaving the page."""
    _mark_read(notification)
    return _back(request)


@login_required
@require_POST
def reading_of_all(request: UserRequest) -> HttpResponse:
    """Mark all as read up to the number `until`: what came since the page was shown stays unread."""
    until = to_number(request.POST.get("until", "")) or 0
    change(request.user.pk, lambda entries: entries.filter(number__lte=until).mark_read())
    return _back(request)


def _mine(request: UserRequest) -> NotificationQuerySet:
    return Notification.objects.visible_to(request.user)


def _page(request: UserRequest) -> Page:
    return Page.of(_mine(request), before=to_number(request.GET.get("before", "")))


def _mark_read(notification: Notification) -> None:
    change(notification.user_id, lambda entries: entries.filter(pk=notification.pk).mark_read())


def _back(request: UserRequest) -> HttpResponse:
    """To the page of the inbox that was looked at."""
    return redirect(Page.url(to_number(request.POST.get("before", ""))))
