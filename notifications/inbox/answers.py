"""What a button of the inbox is answered with."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import UserRequest
from notifications.inbox.bell import Bell
from notifications.inbox.pages import Page


def inbox_context(request: UserRequest) -> dict[str, object]:
    """What the inbox shows. The bell comes first: its version must not be newer than the rows."""
    return {"bell": Bell.of(request.user), "page": Page.asked_for(request)}


def to_page(request: UserRequest) -> HttpResponse:
    """The page its query string names: its moving part, for a button that acts in place, or all of it."""
    if request.headers.get("X-Requested-With") == "live-fragment":
        return render(request, "notifications/_entries.html", inbox_context(request))
    return redirect(Page.asked_for(request).url)
