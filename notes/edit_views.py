"""Pages on which notes are written."""

from copy import copy
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import for_own
from accounts.requests import UserRequest, to_number
from notes import editing, markdown
from notes.comparing import compare
from notes.forms import NoteForm
from notes.models import LONGEST_BODY, Note, Outdated
from notes.writing import with_single_line_ends


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: UserRequest) -> HttpResponse:
    form = NoteForm(request.POST or None, instance=Note(owner_id=request.user.pk))
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        note = editing.write(request.user, form.cleaned_data["key"], **form.texts)
    except Outdated as outdated:
        return _conflict(request, form, outdated.note)
    return _saved(request, note)


@for_own(Note.objects.visible_to, "GET", "HEAD", "POST")
def edit(request: UserRequest, note: Note) -> HttpResponse:
    form = NoteForm(request.POST or None, instance=copy(note))
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, note)
    try:
        editing.save(note, form.cleaned_data["version"], **form.texts)
    except Outdated as outdated:
        return _conflict(request, form, outdated.note)
    if "stay" not in request.POST:
        messages.success(request, "Saved.")
    return _saved(request, note)


@for_own(Note.objects.visible_to, "GET", "HEAD")
def changes(request: UserRequest, note: Note) -> HttpResponse:
    """Whether the note was rewritten since the version in `?since=`, for those who have it open."""
    is_newer = note.version != to_number(request.GET.get("since", ""))
    return render(request, "notes/_changes.html", {"note": note, "is_newer": is_newer})


@login_required
@require_POST
def show_markdown(request: UserRequest) -> HttpResponse:
    """What is typed as it will be shown; nothing of it is kept."""
    body = with_single_line_ends(request.POST.get("body", ""))
    if len(body) > LONGEST_BODY:
        return render(request, "notes/_too_long.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponse(markdown.render(body))


@for_own(Note.objects.visible_to, "POST")
def duplicate(request: UserRequest, note: Note) -> HttpResponse:
    """A copy, once however often the button is pressed."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return HttpResponse("There is no key.", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    copied = editing.duplicate(note, key)
    messages.success(request, f"This is the copy of “{note.title}”.")
    return redirect(copied)


def _form(request: UserRequest, form: NoteForm, note: Note | None = None) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _editor(request, status, {"form": form, "note": note})


def _conflict(request: UserRequest, form: NoteForm, note: Note) -> HttpResponse:
    """What was typed beside what is saved, to be saved once more or not."""
    labels = {name: form[name].label for name in form.texts}
    comparisons = compare(note, form.texts, labels)
    form.base_on(note)
    return _editor(request, HTTPStatus.CONFLICT, {"form": form, "note": note, "comparisons": comparisons})


def _editor(request: UserRequest, status: HTTPStatus, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or for its script the part that changes."""
    template = "notes/_editor.html" if _is_script(request) else "notes/form.html"
    return render(request, template, context, status=status)


def _saved(request: UserRequest, note: Note) -> HttpResponse:
    """On to the note; its script is told what it needs to stay."""
    if not _is_script(request):
        return redirect(note)
    edit_url = reverse("notes:edit", args=[note.pk])
    return JsonResponse({"url": note.get_absolute_url(), "edit_url": edit_url, "version": note.version})


def _is_script(request: UserRequest) -> bool:
    return request.headers.get("X-Requested-With") == "note-editor"
