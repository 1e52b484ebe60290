"""What is done to several reminders at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from accounts.returning import back
from reminders.bulk import ACTIONS, act, chosen, in_words


@login_required
@require_POST
def bulk(request: UserRequest) -> HttpResponse:
    """Pause, resume or delete the chosen ones; deleting asks back first."""
    action, page = request.POST.get("action", ""), resolve_url("reminders:list")
    reminders = chosen(request.user, request.POST.getlist("reminder"))
    if action not in ACTIONS or not reminders:
        messages.info(request, "Choose reminders first.")
        return back(request, page)
    if action == "delete" and "confirmed" not in request.POST:
        return render(request, "reminders/delete.html", {"reminders": reminders, "is_bulk": True})
    outcome = act(action, reminders)
    if outcome.done:
        messages.success(request, in_words(action, outcome))
    for title in outcome.refused:
        messages.error(request, f"The time of “{title}” has passed. Edit it to give it a new one.")
    return redirect(page) if action == "delete" else back(request, page)
