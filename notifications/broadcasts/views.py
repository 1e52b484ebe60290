"""The pages on which staff broadcast, and the one on which people read what was announced."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_own
from accounts.models import User
from accounts.requests import UserRequest
from notifications.broadcasts import asking
from notifications.broadcasts.access import LOOK, for_staff, may
from notifications.broadcasts.forms import BroadcastForm
from notifications.broadcasts.pages import BroadcastPage, announcements_of
from notifications.inbox.arrivals import take_in
from notifications.inbox.changing import change
from notifications.models import Announcement, AnnouncementQuerySet, Broadcast


@for_staff(*LOOK)
@require_safe
def broadcast_list(request: UserRequest) -> HttpResponse:
    page = BroadcastPage.asked_for(request.GET.get("before", ""))
    return render(request, "notifications/broadcasts/list.html", {"page": page, **_allowed(request.user)})


@for_staff(*LOOK)
@require_safe
def rows(request: UserRequest) -> HttpResponse:
    """The part of the list that changes while one looks at it."""
    page = BroadcastPage.asked_for(request.GET.get("before", ""))
    return render(request, "notifications/broadcasts/_list.html", {"page": page})


@for_staff("add")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: UserRequest) -> HttpResponse:
    form = BroadcastForm(request.POST or None, user=request.user)
    if _is_to_be_saved(request, form) and (broadcast := form.save_or_refuse()):
        words = "is shown when its time comes." if form.is_later else "is shown now."
        messages.success(request, f"“{broadcast.title}” {words}")
        return redirect(broadcast)
    return _form(request, form)


@for_staff("change")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Only what is still to come: what people were shown stays as it was."""
    broadcast = _broadcast(pk)
    if request.method != "POST" and not broadcast.can_be_changed:
        messages.info(request, asking.TOO_LATE)
        return redirect(broadcast)
    form = BroadcastForm(request.POST or None, user=request.user, broadcast=broadcast)
    if _is_to_be_saved(request, form) and form.save_or_refuse():
        messages.success(request, "Saved.")
        return redirect(broadcast)
    return _form(request, form)


@for_staff(*LOOK)
@require_safe
def detail(request: UserRequest, pk: int) -> HttpResponse:
    return render(request, "notifications/broadcasts/detail.html", _course(request, pk))


@for_staff(*LOOK)
@require_safe
def course(request: UserRequest, pk: int) -> HttpResponse:
    """The part of its page that changes while one looks at it."""
    return render(request, "notifications/broadcasts/_course.html", _course(request, pk))


@for_staff(*LOOK)
@require_safe
def of_task(request: UserRequest, pk: int) -> HttpResponse:
    """From the page of the task to that of what it broadcasts."""
    return redirect(get_object_or_404(Broadcast, task=pk))


@for_staff("change")
@require_http_methods(["GET", "HEAD", "POST"])
def retraction(request: UserRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(pk)
    if request.method == "POST":
        asking.retract(broadcast)
        messages.success(request, f"“{broadcast.title}” was retracted.")
        return redirect(broadcast)
    return render(request, "notifications/broadcasts/retract.html", {"broadcast": broadcast})


@for_staff("delete")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: UserRequest, pk: int) -> HttpResponse:
    """Only one that nobody was shown."""
    broadcast = _broadcast(pk)
    if request.method != "POST":
        return render(request, "notifications/broadcasts/delete.html", {"broadcast": broadcast})
    if not asking.delete(broadcast):
        messages.error(request, "It was shown meanwhile, so it can only be retracted.")
        return redirect(broadcast)
    messages.success(request, f"“{broadcast.title}” was deleted.")
    return redirect("notifications:broadcasts")


def _arrived(user: User) -> AnnouncementQuerySet:
    """Those the user was told of, up to this moment."""
    take_in(user)
    return Announcement.objects.visible_to(user)


@for_own(_arrived, "GET", "HEAD")
def announcement(request: UserRequest, announcement: Announcement) -> HttpResponse:
    """All of what was announced; whoever opens it has read it."""
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        change(request.user.pk, lambda entries: entries.filter(announcement=announcement.pk).mark_read())
    return render(request, "notifications/announcement.html", {"announcement": announcement})


def _broadcast(pk: int) -> Broadcast:
    return get_object_or_404(Broadcast.objects.with_state(), pk=pk)


def _course(request: UserRequest, pk: int) -> dict[str, object]:
    broadcast = _broadcast(pk)
    shown = announcements_of(broadcast)
    return {"broadcast": broadcast, "announcements": shown, **_allowed(request.user)}


def _allowed(user: User) -> dict[str, object]:
    return {f"may_{action}": may(user, action) for action in ("add", "change", "delete")}


def _is_to_be_saved(request: UserRequest, form: BroadcastForm) -> bool:
    return request.method == "POST" and "preview" not in request.POST and form.is_valid()


def _form(request: UserRequest, form: BroadcastForm) -> HttpResponse:
    """With how it would look, if that was asked for and nothing is wrong."""
    look = form.instance if "preview" in request.POST and form.is_valid() else None
    is_wrong = form.is_bound and bool(form.errors or form.when.errors)
    context = {"form": form, "broadcast": form.stored, "look": look}
    return render(request, "notifications/broadcasts/form.html", context, status=422 if is_wrong else 200)
