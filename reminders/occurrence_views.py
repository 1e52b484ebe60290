"""One time a reminder came due: its buttons, and what they do. Only for its owner."""

from django.http import HttpResponse

from accounts.access import for_own
from accounts.requests import UserRequest
from reminders.models import Occurrence


@for_own(Occurrence.objects.visible_to, "GET", "HEAD")
def occurrence(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    return HttpResponse()


@for_own(Occurrence.objects.visible_to, "POST")
def acknowledgement(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    return HttpResponse()


@for_own(Occurrence.objects.visible_to, "POST")
def snooze(request: UserRequest, occurrence: Occurrence) -> HttpResponse:
    return HttpResponse()
