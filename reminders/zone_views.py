"""After a change of time zone: what becomes of what follows the clock in the old one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from reminders.models import ZoneQuestion
from reminders.moving import changes, following, move, question_of
from tasks.words import describe

SHOWN = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def zone(request: UserRequest) -> HttpResponse:
    """Ask, one old zone at a time, with what would change."""
    if request.method == "POST":
        return _answered(request)
    question = question_of(request.user)
    if question is None:
        return render(request, "reminders/zone.html")
    tasks = following(request.user, question.time_zone)
    shown = changes(tasks.order_by("next_run_at", "pk")[:SHOWN], request.user.time_zone)
    context = {
        "question": question,
        "count": tasks.count(),
        "changes": [(change, change.task.schedule and describe(change.task.schedule)) for change in shown],
    }
    return render(request, "reminders/zone.html", context)


def _answered(request: UserRequest) -> HttpResponse:
    """What was asked about may have been answered in another tab."""
    old = request.POST.get("time_zone", "")
    question = ZoneQuestion.objects.filter(user=request.user, time_zone=old).first()
    answer = request.POST.get("answer", "")
    if question and answer in {"move", "keep"}:
        left = move(request.user, old) if answer == "move" else 0
        question.delete()
        messages.success(request, _in_words(answer, left, old, request.user.time_zone))
    return redirect("reminders:zone" if question_of(request.user) else "reminders:list")


def _in_words(answer: str, left: int, old: str, new: str) -> str:
    if answer == "keep":
        return f"Nothing was changed. They follow the clock in {old}."
    moved = f"They follow the clock in {new} now."
    if left:
        return (
            f"{moved} {left} stayed as {'it was' if left == 1 else 'they were'}: the time would have passed."
        )
    return moved
