"""What is done to one entry of the inbox, and to what is folded into it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.access import for_own
from accounts.requests import UserRequest
from notifications.inbox.answers import to_page
from notifications.inbox.changing import change
from notifications.inbox.pages import Page
from notifications.models import Notification, NotificationQuerySet
from notifications.wishes import muting

own = Notification.objects.visible_to


@for_own(own, "POST")
def reading(request: UserRequest, notification: Notification) -> HttpResponse:
    """Mark it as read without leaving the page."""
    return _changed(request, notification, NotificationQuerySet.mark_read)


@for_own(own, "POST")
def unread(request: UserRequest, notification: Notification) -> HttpResponse:
    return _changed(request, notification, NotificationQuerySet.mark_unread)


@for_own(own, "POST")
def archive(request: UserRequest, notification: Notification) -> HttpResponse:
    return _changed(request, notification, NotificationQuerySet.archive)


@for_own(own, "POST")
def take_out(request: UserRequest, notification: Notification) -> HttpResponse:
    return _changed(request, notification, NotificationQuerySet.take_out)


@for_own(own, "GET", "POST")
def delete(request: UserRequest, notification: Notification) -> HttpResponse:
    """Ask, then delete."""
    page = Page.asked_for(request)
    if request.method == "GET":
        return render(request, "notifications/delete.html", {"notifications": [notification], "page": page})
    change(request.user.pk, lambda entries: entries.chosen([notification.pk]).remove())
    messages.success(request, f"“{notification.heading}” was deleted.")
    return redirect(page.url)


@for_own(own, "POST")
def mute(request: UserRequest, notification: Notification) -> HttpResponse:
    """Hear no more of its thread."""
    if not muting.mute(notification):
        messages.error(request, "This is one of a kind, so there is nothing to mute.")
    return to_page(request)


@for_own(own, "POST")
def unmute(request: UserRequest, notification: Notification) -> HttpResponse:
    muting.unmute(notification)
    return to_page(request)


def _changed(
    request: UserRequest, notification: Notification, act: Callable[[NotificationQuerySet], int]
) -> HttpResponse:
    change(request.user.pk, lambda entries: act(entries.chosen([notification.pk])))
    return to_page(request)
