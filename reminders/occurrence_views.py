"""One time a reminder came due: its buttons, and what they do. Only for its owner."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import for_own
from accounts.requests import UserRequest
from accounts.returning import back, came_from
from reminders.buttons import buttons
from reminders.models import Occurrence, Reminder
from reminders.snoozing import moment_of
from reminders.subjects import subject_of

own = Occurrence.objects.with_buttons().visible_to


@for_own(own, "GET", "HEAD")
def occurrence(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    """Its buttons, or what became of it, as a fragment of whatever page; by itself it is none."""
    return _fragment(request, occurrence) if _is_in_place(request) else redirect(_page(occurrence))


@for_own(own, "POST")
def acknowledgement(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    """Say that it is done; once is enough."""
    occurrence.acknowledge()
    return _back(request, occurrence)


@for_own(own, "POST")
def snooze(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    """Let it ring again at the moment chosen, in the owner's zone; what is done stays done."""
    chosen, typed = request.POST.get("until", ""), request.POST.get("at", "")
    try:
        occurrence.snooze(moment_of(chosen, typed, timezone.now(), request.user.zone))
    except ValidationError as error:
        return _fragment(request, occurrence, error=error.messages[0], typed=typed, status=422)
    return _back(request, occurrence)


def _fragment(
    request: UserRequest, occurrence: Occurrence, *, error: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    """The buttons; as a page of their own when a form without JavaScript was filled in wrongly."""
    is_shown = "about" in request.GET
    context = {
        **buttons(occurrence),
        "about": subject_of(occurrence.task) if is_shown else None,
        "query": "?about=shown" if is_shown else "",
        "error": error,
        "typed": typed,
    }
    template = (
        "reminders/occurrence.html" if error and not _is_in_place(request) else "reminders/_buttons.html"
    )
    return render(request, template, context, status=status)


def _back(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    """What became of it, or to the page where the button was pressed, which shows that.

    One that said what was wrong before has an address of the occurrence's own, where nothing is shown.
    """
    if _is_in_place(request):
        return _fragment(request, own(request.user).get(pk=occurrence.pk))
    page, pressed_at = _page(occurrence), urlsplit(came_from(request)).path
    return redirect(page) if pressed_at.startswith(occurrence.get_absolute_url()) else back(request, page)


def _page(occurrence: Occurrence) -> str:
    """That of its reminder."""
    return Reminder(pk=occurrence.task_id).get_absolute_url()


def _is_in_place(request: UserRequest) -> bool:
    """Whether our JavaScript asks, and shows the answer where the buttons are."""
    return request.headers.get("X-Requested-With") == "live-fragment"
