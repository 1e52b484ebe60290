"""One time a reminder came due: its buttons, and what they do. Only for its owner."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import for_own
from accounts.requests import UserRequest
from reminders.buttons import buttons
from reminders.models import Occurrence, Reminder
from reminders.returning import back
from reminders.snoozing import moment_of
from reminders.subjects import subject_of

own = Occurrence.objects.with_buttons().visible_to


@for_own(own, "GET", "HEAD")
def occurrence(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    """Its buttons, or what became of it, as a fragment of whatever page."""
    return _fragment(request, occurrence)


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
    """What became of it, or to the page where the button was pressed, which shows that."""
    if _is_in_place(request):
        return _fragment(request, own(request.user).get(pk=occurrence.pk))
    return back(request, Reminder(pk=occurrence.task_id).get_absolute_url())


def _is_in_place(request: UserRequest) -> bool:
    """Whether our JavaScript asks, and shows the answer where the buttons are."""
    return request.headers.get("X-Requested-With") == "live-fragment"
