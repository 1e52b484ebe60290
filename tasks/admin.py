"""Tasks, runs and heartbeats in the admin: to look at, to cancel and to retry; schedules, to change.

The engine does the rest.

Parameters are left out: they hold what people wrote.
"""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import ngettext

from tasks.admin_forms import ScheduleAdminForm
from tasks.health import SchedulerHealth
from tasks.models import Attempt, Heartbeat, Run, Task


class ReadOnly:
    """Rows that the engine writes and nobody else. They can be looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Run]):
    model = Attempt
    fields = ("number", "started_at", "ended_at", "outcome", "error")
    extra = 0
    can_delete = False


FACTS = ("owner", "kind_name", "title", "description", "about_type", "about_id", "created_at", "its_runs")
MOMENTS = ("in_words", "next_run_at", "paused_at")


@admin.register(Task)
class TaskAdmin(ReadOnly, admin.ModelAdmin[Task]):
    form = ScheduleAdminForm
    list_display = ("id", "title", "kind_name", "owner", "next_run_at", "is_paused", "created_at")
    list_filter = (
        "kind_name",
        ("paused_at", admin.EmptyFieldListFilter),
        ("next_run_at", admin.EmptyFieldListFilter),
        "created_at",
    )
    list_select_related = ("owner",)
    search_fields = ("title", "owner__username", "owner__email")
    search_help_text = "Title, or name or address of the owner"
    readonly_fields = (*FACTS, *MOMENTS)
    ordering = ("-pk",)
    show_full_result_count = False
    view_on_site = False

    def has_change_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        """Its schedule can be changed, if it has one; nothing else."""
        return request.user.has_perm("tasks.change_task") and (obj is None or bool(obj.time_zone))

    def get_fieldsets(self, request: HttpRequest, obj: Task | None = None) -> Any:
        task = (None, {"fields": FACTS})
        schedule = (
            *MOMENTS,
            *("time_zone", "begins", "rrule", "crontab", "ends_at", "max_runs"),
            *("missed", "expires_after", "paused"),
            *(("seen",) if self.has_change_permission(request, obj) else ()),
        )
        return [task, ("Schedule", {"fields": schedule})] if obj and obj.time_zone else [task]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What was made impossible since the form was checked is said, and changes nothing."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:
        form.carry_out(obj)

    def delete_queryset(self, request: HttpRequest, tasks: QuerySet[Task]) -> None:
        """One by one, each under its lock: whoever is just firing it has finished."""
        for task in tasks:
            with suppress(Task.DoesNotExist):  # somebody else was first
                task.delete()

    @admin.display(description="runs")
    def its_runs(self, task: Task) -> str:
        """A link, since there may be thousands."""
        address = reverse("admin:tasks_run_changelist")
        return format_html('<a href="{}?task__id__exact={}">All its runs</a>', address, task.pk)

    @admin.display(description="in words")
    def in_words(self, task: Task) -> str:
        return task.schedule_in_words

    @admin.display(description="paused", boolean=True, ordering="paused_at")
    def is_paused(self, task: Task) -> bool:
        return task.paused_at is not None

    @admin.display(description="starts")
    def begins(self, task: Task) -> str:
        """For those who may only look; the others have a field for it."""
        return task.starts.isoformat(" ") if task.starts else ""

    @admin.display(boolean=True)
    def paused(self, task: Task) -> bool:
        return self.is_paused(task)


@admin.register(Run)
class RunAdmin(ReadOnly, admin.ModelAdmin[Run]):
    list_display = ("id", "task", "owner", "state", "progress", "attempts_made", "due_at", "finished_at")
    list_filter = ("state", "task__kind_name", "due_at")
    list_select_related = ("task__owner",)
    search_fields = ("=id", "task__title", "task__owner__username", "task__owner__email", "error")
    search_help_text = "Number, title, error, or name or address of the owner"
    exclude = ("claim",)
    inlines = (AttemptInline,)
    ordering = ("-pk",)
    actions = ("cancel_runs", "retry_runs")
    show_full_result_count = False
    view_on_site = False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may only look has nothing to do with other people's runs."""
        return request.user.has_perm("tasks.change_run")

    @admin.display(ordering="task__owner__username")
    def owner(self, run: Run) -> str:
        return run.task.owner.username

    @admin.display(description="done")
    def progress(self, run: Run) -> str:
        return f"{run.done} of {run.total}" if run.total else ""

    @admin.action(description="Cancel the selected runs", permissions=["operate"])
    def cancel_runs(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        cancelled = sum(run.cancel() for run in runs)
        self._tell(request, cancelled, "%d run is being cancelled.", "%d runs are being cancelled.")

    @admin.action(description="Try the selected runs again", permissions=["operate"])
    def retry_runs(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        retried = sum(run.retry() for run in runs)
        self._tell(request, retried, "%d run is tried again.", "%d runs are tried again.")

    def _tell(self, request: HttpRequest, count: int, one: str, many: str) -> None:
        self.message_user(request, ngettext(one, many, count) % count, messages.INFO)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly, admin.ModelAdmin[Heartbeat]):
    list_display = ("name", "at", "late")

    @admin.display(description="seconds late")
    def late(self, heartbeat: Heartbeat) -> str:
        """How late the oldest task is that is due, for the part that has to start it."""
        return f"{SchedulerHealth.current().seconds_late:.1f}" if heartbeat.name == "scheduler" else ""
