"""Who gets to a note: its owner. To everybody else it does not exist."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

from accounts.requests import UserRequest
from notes.models import Note

View = Callable[[UserRequest, Note], HttpResponse]


def for_own_note(*methods: str) -> Callable[[View], Callable[[UserRequest, int], HttpResponse]]:
    """Give the view the note of whoever asks; somebody else's is a 404, whatever the method."""

    def decorate(view: View) -> Callable[[UserRequest, int], HttpResponse]:
        @login_required
        @wraps(view)
        def find_note(request: UserRequest, pk: int) -> HttpResponse:
            note = get_object_or_404(Note.objects.visible_to(request.user), pk=pk)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, note)

        return find_note

    return decorate
