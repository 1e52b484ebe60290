"""Pages of tags."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import for_own
from accounts.requests import UserRequest
from notes import tagging
from notes.forms import TagForm
from notes.models import Tag


@login_required
@require_safe
def tag_list(request: UserRequest) -> HttpResponse:
    """All of one's tags, with how many notes have them."""
    return render(
        request, "notes/tags/list.html", {"tags": Tag.objects.visible_to(request.user).with_counts()}
    )


@login_required
@require_safe
def suggestions(request: UserRequest) -> HttpResponse:
    """One's tags that begin with ?q=, as JSON."""
    typed = request.GET.get("q", "").replace("\0", "")
    found = [{"value": name, "hint": ""} for name in tagging.suggestions(request.user, typed)]
    return JsonResponse({"suggestions": found})


@for_own(Tag.objects.visible_to, "GET", "HEAD", "POST")
def edit(request: UserRequest, tag: Tag) -> HttpResponse:
    """Rename it."""
    form = TagForm(request.POST or None, tag=tag)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, "Saved.")
        return redirect("notes:tags")
    context = {"form": form, "tag": tag}
    return render(request, "notes/tags/edit.html", context, status=422 if form.errors else 200)


@for_own(Tag.objects.visible_to, "GET", "HEAD", "POST")
def delete(request: UserRequest, tag: Tag) -> HttpResponse:
    """Take it off all notes, which stay."""
    if request.method == "POST":
        tagging.delete(tag)
        messages.success(request, f"The tag “{tag.name}” was deleted. Your notes are where they were.")
        return redirect("notes:tags")
    return render(request, "notes/tags/delete.html", {"tag": tag, "count": tag.notes.count()})
