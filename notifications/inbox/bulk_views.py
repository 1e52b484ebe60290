"""What is done to several entries of the inbox at once."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest, to_number, to_numbers
from notifications.inbox.answers import to_page
from notifications.inbox.changing import change
from notifications.inbox.filters import Filter
from notifications.inbox.marking import read_until
from notifications.inbox.pages import Page
from notifications.models import Notification, NotificationQuerySet

MOST = 200
ACTIONS: dict[str, Callable[[NotificationQuerySet], int]] = {
    "read": NotificationQuerySet.mark_read,
    "unread": NotificationQuerySet.mark_unread,
    "archive": NotificationQuerySet.archive,
    "take_out": NotificationQuerySet.take_out,
    "delete": NotificationQuerySet.remove,
}


@login_required
@require_POST
def reading_of_all(request: UserRequest) -> HttpResponse:
    """Mark what the filter shows as read, up to the number `until`: what came since the page was shown stays
    unread."""
    until = to_number(request.POST.get("until", "")) or 0
    read_until(request.user, until, Filter.asked_for(request.GET))
    return to_page(request)


@login_required
@require_POST
def bulk(request: UserRequest) -> HttpResponse:
    """Do one of ACTIONS to the chosen entries; deleting asks back first."""
    action, keys = request.POST.get("action", ""), _keys(request)
    chosen = Notification.objects.visible_to(request.user).filter(pk__in=keys).newest_first()
    if action not in ACTIONS or not chosen:
        messages.info(request, "Choose notifications first.")
        return to_page(request)
    page = Page.asked_for(request)
    if action == "delete" and "confirmed" not in request.POST:
        context = {"notifications": chosen, "page": page, "is_bulk": True}
        return render(request, "notifications/delete.html", context)
    act, count = ACTIONS[action], len(chosen)
    change(request.user.pk, lambda entries: act(entries.chosen(keys)))
    if action == "delete":
        messages.success(request, f"{count} notification{'s were' if count > 1 else ' was'} deleted.")
        return redirect(page.url)
    return to_page(request)


def _keys(request: UserRequest) -> list[int]:
    return to_numbers(request.POST.getlist("notification")[:MOST])
