"""Pages of notes."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import for_own
from accounts.requests import UserRequest
from notes import deletion, markdown
from notes.emails import activity_of, to_come
from notes.listing.page import NotePage
from notes.models import Note
from reminders.door import reference


@login_required
@require_safe
def note_list(request: UserRequest) -> HttpResponse:
    """The notes at hand or, with ?archived=1, those put away; with ?tag= and ?q= those that these find."""
    context = {"page": NotePage.asked_for(request), "export_key": uuid4()}
    return render(request, "notes/list.html", context)


@for_own(Note.objects.visible_to, "GET", "HEAD")
def detail(request: UserRequest, note: Note) -> HttpResponse:
    """The note, what became of its last e-mails, and what is to come of it."""
    context = {"body": markdown.render(note.body), "reference": reference(note), "copy_key": uuid4()}
    return render(request, "notes/detail.html", {**context, **activity_of(note)})


@for_own(Note.objects.visible_to, "GET", "HEAD")
def activity(request: UserRequest, note: Note) -> HttpResponse:
    """The part of its page that changes while one looks at it."""
    return render(request, "notes/_activity.html", activity_of(note))


@for_own(Note.objects.visible_to, "GET", "HEAD", "POST")
def delete(request: UserRequest, note: Note) -> HttpResponse:
    if request.method == "POST":
        deletion.delete(note)
        messages.success(request, f"“{note.title}” was deleted.")
        return redirect("notes:list")
    return render(request, "notes/delete.html", {"note": note, **to_come(note)})


@for_own(Note.objects.visible_to, "POST")
def pin(request: UserRequest, note: Note) -> HttpResponse:
    note.pin()
    return redirect(note)


@for_own(Note.objects.visible_to, "POST")
def unpin(request: UserRequest, note: Note) -> HttpResponse:
    note.unpin()
    return redirect(note)


@for_own(Note.objects.visible_to, "POST")
def archive(request: UserRequest, note: Note) -> HttpResponse:
    note.archive()
    messages.success(request, f"“{note.title}” was put into the archive.")
    return redirect("notes:list")


@for_own(Note.objects.visible_to, "POST")
def unarchive(request: UserRequest, note: Note) -> HttpResponse:
    note.unarchive()
    messages.success(request, "It is back among your notes.")
    return redirect(note)
