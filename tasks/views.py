"""Pages about one's tasks and their runs."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import for_own
from accounts.requests import UserRequest, to_number
from accounts.returning import back
from tasks.forms import ScheduleForm
from tasks.models import Run, Task
from tasks.pages import TaskPage
from tasks.recurrence import Schedule

RUNS_SHOWN = 20
own_run = Run.objects.select_related("task").visible_to
own_task = Task.objects.visible_to


@login_required
@require_safe
def task_list(request: UserRequest) -> HttpResponse:
    return render(request, "tasks/list.html", {"page": TaskPage.asked_for(request)})


@login_required
@require_safe
def rows(request: UserRequest) -> HttpResponse:
    """The part of the list that changes while one looks at it."""
    return render(request, "tasks/_list.html", {"page": TaskPage.asked_for(request)})


@login_required
@require_POST
def preview(request: UserRequest) -> HttpResponse:
    """What the schedule form, as it is filled in at the moment, would do; a fragment."""
    prefix = request.GET.get("prefix")
    form = ScheduleForm(request.POST, user=request.user, schedule=_stored(request), prefix=prefix)
    return render(request, "tasks/_schedule_preview.html", {"form": form})


@for_own(own_task, "GET", "HEAD")
def detail(request: UserRequest, task: Task) -> HttpResponse:
    """A task with its last runs: the newest in full, or, beside a schedule, a line for each."""
    runs = _last_runs(task)
    newest = {"run": runs[0], **_attempts_of(runs[0])} if runs else {}
    context = {"task": task, "runs": runs, "earlier": runs[1:], **newest}
    return render(request, "tasks/detail.html", context)


@for_own(own_task, "GET", "HEAD")
def scheduled(request: UserRequest, task: Task) -> HttpResponse:
    """The part of a scheduled task's page that changes while one looks at it."""
    return render(request, "tasks/_scheduled.html", {"task": task, "runs": _last_runs(task)})


@for_own(own_task, "POST")
def pause(request: UserRequest, task: Task) -> HttpResponse:
    _unless_over(request, task.pause)
    return _back(request, task)


@for_own(own_task, "POST")
def resume(request: UserRequest, task: Task) -> HttpResponse:
    _unless_over(request, task.resume)
    return _back(request, task)


@for_own(own_task, "POST")
def run_now(request: UserRequest, task: Task) -> HttpResponse:
    """Only beside a schedule: what was counted when it was asked for once does not run again uncounted."""
    if task.schedule is None:
        raise Http404
    task.run_now()
    return _back(request, task)


@for_own(own_task, "GET", "HEAD", "POST")
def schedule(request: UserRequest, task: Task) -> HttpResponse:
    """Change when it runs; a task that ran once and at once gets no schedule here."""
    stored = task.schedule
    if stored is None:
        raise Http404
    form = ScheduleForm(request.POST or None, user=request.user, schedule=stored)
    if request.method == "POST" and form.is_valid() and _rescheduled(task, form):
        return redirect(task)
    context = {"form": form, "task": task}
    return render(request, "tasks/schedule.html", context, status=422 if form.errors else 200)


@for_own(own_task, "GET", "HEAD", "POST")
def delete(request: UserRequest, task: Task) -> HttpResponse:
    if request.method == "POST":
        task.delete()
        messages.success(request, f"“{task.title}” was deleted.")
        return redirect("tasks:list")
    return render(request, "tasks/delete.html", {"task": task, "runs": task.runs.count()})


@for_own(own_run, "GET", "HEAD")
def run(request: UserRequest, run: Run) -> HttpResponse:
    return render(request, "tasks/run.html", {"run": run, "task": run.task, **_attempts_of(run)})


@for_own(own_run, "GET", "HEAD")
def progress(request: UserRequest, run: Run) -> HttpResponse:
    return render(request, "tasks/_progress.html", {"run": run})


@for_own(own_run, "GET", "HEAD")
def course(request: UserRequest, run: Run) -> HttpResponse:
    """When the run began and ended, and each try at it."""
    return render(request, "tasks/_course.html", {"run": run, **_attempts_of(run)})


@for_own(own_run, "POST")
def cancellation(request: UserRequest, run: Run) -> HttpResponse:
    if not run.cancel():
        messages.info(request, "That was too late to cancel: it had ended already.")
    return _back(request, run)


@for_own(own_run, "POST")
def retry(request: UserRequest, run: Run) -> HttpResponse:
    if not run.retry():
        messages.info(request, "It needs no other try: it is under way, or it is done.")
    return _back(request, run)


def _unless_over(request: UserRequest, change: Callable[[], None]) -> None:
    try:
        change()
    except ValidationError:
        messages.error(request, "Its time has passed. Give it another one.")


def _rescheduled(task: Task, form: ScheduleForm) -> bool:
    """Whether it was; its time may have passed since it was looked at."""
    try:
        task.reschedule(form.schedule)
    except ValidationError as error:
        form.refuse(error)
    return not form.errors


def _stored(request: UserRequest) -> Schedule | None:
    """The schedule of the task that is being edited, if any."""
    task = own_task(request.user).filter(pk=to_number(request.GET.get("task", "")) or 0).first()
    return task.schedule if task else None


def _last_runs(task: Task) -> list[Run]:
    return list(task.runs.select_related("task").order_by("-pk")[:RUNS_SHOWN])


def _attempts_of(run: Run) -> dict[str, Any]:
    """The last tries at the run, the first of them first, and how many came before."""
    last = list(run.attempts.order_by("-number")[:RUNS_SHOWN])
    return {"attempts": last[::-1], "attempts_before": max(0, run.attempts_made - len(last))}


def _back(request: UserRequest, thing: Task | Run) -> HttpResponse:
    """To the page that the button stood on, where it stood."""
    return back(request, thing.get_absolute_url(), place=f"{type(thing).__name__.lower()}-{thing.pk}")
