"""Quick add: one line, what is understood of it, and Enter."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.returning import back
from reminders.door import remind
from reminders.models import Reminder
from reminders.quick_entry import Entry
from tasks.models import Task
from tasks.submissions import filled_in, once


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quick_add(request: UserRequest) -> HttpResponse:
    """GET shows what is understood of ?line=, as a fragment; POST saves what was shown of it."""
    if request.method != "POST":
        return _understood(request, request.GET.get("line", ""))
    line = request.POST.get("line", "").strip()
    entry = Entry.shown(request.POST.get("shown", ""), line, request.user)
    if entry is None:
        return _to_form(line)
    try:
        reminder = _saved(request, entry)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return _to_form(line)
    when = entry.in_words(request.user)["when"]
    messages.success(request, f"You will be reminded of “{reminder.title}”: {when}.")
    return back(request, resolve_url("reminders:list"))


def _understood(request: UserRequest, typed: str) -> HttpResponse:
    line = typed.strip()
    context = {"line": line, "form_url": _form_url(line), "key": uuid4()}
    if line:
        try:
            entry = Entry.of(line, request.user)
            context |= entry.in_words(request.user)
            if entry.title:
                context["shown"] = entry.signed(request.user)
        except ValidationError as error:
            context["problem"] = error.messages[0]
    return render(request, "reminders/_understood.html", context)


def _saved(request: UserRequest, entry: Entry) -> Task:
    def make() -> Reminder:
        return remind(request.user, title=entry.title, schedule=entry.schedule)

    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    return once(request.user, key, filled_in(request.POST), make)


def _to_form(line: str) -> HttpResponse:
    """Everything that was understood stands there, to be looked at before it is saved."""
    return redirect(_form_url(line))


def _form_url(line: str) -> str:
    return f"{resolve_url('reminders:create')}?{urlencode({'quick': line})}"
