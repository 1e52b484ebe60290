"""Pages of reminders."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_own
from accounts.requests import UserRequest
from accounts.returning import back
from reminders.drafts import Draft
from reminders.forms import ReminderForm
from reminders.history import history_of
from reminders.models import Reminder
from reminders.moving import open_questions
from reminders.pages import ReminderPage

own = Reminder.objects.visible_to


@login_required
@require_safe
def reminder_list(request: UserRequest) -> HttpResponse:
    """Those to come or, with ?show=, those not done, paused or past."""
    context = {"page": ReminderPage.asked_for(request), "question": open_questions(request.user).first()}
    return render(request, "reminders/list.html", context)


@login_required
@require_safe
def rows(request: UserRequest) -> HttpResponse:
    """The part of the list that changes while one looks at it."""
    return render(request, "reminders/_list.html", {"page": ReminderPage.asked_for(request)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: UserRequest) -> HttpResponse:
    """A new one; ?about= what, ?copy= of which, or as in the words ?quick=."""
    draft = Draft.asked_for(request)
    form = ReminderForm(request.POST or None, user=request.user, draft=draft)
    if request.method == "POST" and form.is_valid() and (reminder := form.save()):
        messages.success(request, f"You will be reminded of “{reminder.title}”.")
        return redirect((draft.about or reminder).get_absolute_url())  # type: ignore[attr-defined]
    return _form(request, form)


@for_own(own, "GET", "HEAD", "POST")
def edit(request: UserRequest, reminder: Reminder) -> HttpResponse:
    form = ReminderForm(request.POST or None, user=request.user, draft=Draft.of(reminder), reminder=reminder)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, "Saved.")
        return redirect(reminder)
    return _form(request, form)


@for_own(own, "GET", "HEAD")
def detail(request: UserRequest, reminder: Reminder) -> HttpResponse:
    return render(request, "reminders/detail.html", history_of(reminder))


@for_own(own, "GET", "HEAD")
def history(request: UserRequest, reminder: Reminder) -> HttpResponse:
    """The part of its page that changes while one looks at it."""
    return render(request, "reminders/_history.html", history_of(reminder))


@for_own(own, "POST")
def pause(request: UserRequest, reminder: Reminder) -> HttpResponse:
    _unless_over(request, reminder, reminder.pause)
    return back(request, reminder.get_absolute_url())


@for_own(own, "POST")
def resume(request: UserRequest, reminder: Reminder) -> HttpResponse:
    _unless_over(request, reminder, reminder.resume)
    return back(request, reminder.get_absolute_url())


@for_own(own, "POST")
def run(request: UserRequest, reminder: Reminder) -> HttpResponse:
    """Let it ring once more, now, beside its schedule."""
    reminder.run_now()
    messages.success(request, f"“{reminder.title}” rings now.")
    return back(request, reminder.get_absolute_url())


@for_own(own, "GET", "HEAD", "POST")
def delete(request: UserRequest, reminder: Reminder) -> HttpResponse:
    if request.method == "POST":
        reminder.delete()
        messages.success(request, f"“{reminder.title}” was deleted.")
        return redirect("reminders:list")
    return render(request, "reminders/delete.html", {"reminders": [reminder]})


def _unless_over(request: UserRequest, reminder: Reminder, change: Callable[[], None]) -> None:
    try:
        change()
    except ValidationError:
        messages.error(request, f"The time of “{reminder.title}” has passed. Edit it to give it a new one.")


def _form(request: UserRequest, form: ReminderForm) -> HttpResponse:
    context = {"form": form, "reminder": form.reminder, "about": form.draft.about}
    is_wrong = form.is_bound and bool(form.errors or form.when.errors)
    return render(request, "reminders/form.html", context, status=422 if is_wrong else 200)
