"""After a change of time zone: what becomes of what follows the clock in the old one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import UserRequest
from reminders.models import ZoneQuestion
from reminders.moving import Elsewhere, changes, following, move, open_questions
from tasks.words import describe

SHOWN = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def zone(request: UserRequest) -> HttpResponse:
    """Ask, one old zone at a time, with what would change."""
    if request.method == "POST":
        return _answered(request)
    question = open_questions(request.user).first()
    if question is None:
        return render(request, "reminders/zone.html")
    tasks = following(request.user, question.time_zone)
    soonest = tasks.order_by(F("next_run_at").asc(nulls_last=True), "pk")[:SHOWN]
    shown = changes(soonest, request.user.time_zone)
    context = {
        "question": question,
        "count": tasks.count(),
        "changes": [(change, change.task.schedule and describe(change.task.schedule)) for change in shown],
    }
    return render(request, "reminders/zone.html", context)


def _answered(request: UserRequest) -> HttpResponse:
    """What was asked may have been answered, or be about another zone by now, in another tab."""
    old, new = request.POST.get("time_zone", ""), request.POST.get("new_zone", "")
    question = ZoneQuestion.objects.filter(user=request.user, time_zone=old).first()
    answer = request.POST.get("answer", "")
    if question and answer in {"move", "keep"}:
        try:
            words = _moved(request.user, old, new) if answer == "move" else _kept(old)
        except Elsewhere:
            messages.info(request, "Your time zone is another one by now. Look again at what would change.")
        else:
            question.delete()
            messages.success(request, words)
    return redirect("reminders:zone" if open_questions(request.user).exists() else "reminders:list")


def _kept(old: str) -> str:
    return f"Nothing was changed. They follow the clock in {old}."


def _moved(user: User, old: str, new: str) -> str:
    """Move them, and say it."""
    done = move(user, old, new)
    words = []
    if done["moved"]:
        words.append(f"{done['moved']} follow{'s' if done['moved'] == 1 else ''} the clock in {new} now.")
    if done["left"]:
        stayed = "stayed as it was" if done["left"] == 1 else "stayed as they were"
        words.append(f"{done['left']} {stayed}: the time would have passed.")
    return " ".join(words) or "There was nothing left to change."
