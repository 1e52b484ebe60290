"""The inbox. Everything is looked up among one's own notifications, so another's is not found."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from notifications.door import push
from notifications.models import Notification, NotificationQuerySet
from notifications.pages import Page, to_number


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/inbox.html", {"page": _page(request)})


@login_required
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """What of the inbox moves: the same part that the page includes."""
    return render(request, "notifications/_entries.html", {"page": _page(request)})


@login_required
@require_GET
def badge(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/_badge.html")


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a notification: it counts as read, and leads on to what it is about."""
    notification = get_object_or_404(_mine(request), pk=pk)
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        _mark_read(request, _mine(request).filter(pk=pk))
    url = notification.url
    is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return redirect(url) if is_ours else redirect("notifications:inbox")


@login_required
@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read without leaving the page."""
    get_object_or_404(_mine(request), pk=pk)
    _mark_read(request, _mine(request).filter(pk=pk))
    return _back(request)


@login_required
@require_POST
def reading_of_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read up to the number `until`: what came since the page was shown stays unread."""
    until = to_number(request.POST.get("until", ""))
    _mark_read(request, _mine(request).filter(number__lte=until or 0))
    return _back(request)


def _mine(request: HttpRequest) -> NotificationQuerySet:
    return Notification.objects.visible_to(request.user)


def _page(request: HttpRequest) -> Page:
    return Page.of(_mine(request), before=to_number(request.GET.get("before", "")))


def _mark_read(request: HttpRequest, notifications: NotificationQuerySet) -> None:
    """Mark them, and let the user's other tabs know."""
    if notifications.mark_read() and request.user.pk:
        push([request.user.pk], {"topic": "notifications"})


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the inbox that was looked at."""
    return redirect(Page.url(to_number(request.POST.get("before", ""))))
