"""Tasks, runs and heartbeats in the admin: to look at, to cancel and to retry; the engine does the rest.

Parameters are left out: they hold what people wrote.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

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


class RunInline(ReadOnly, admin.TabularInline[Run, Task]):
    model = Run
    fields = ("due_at", "state", "done", "total", "summary", "error", "finished_at")
    readonly_fields = ("due_at",)
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    view_on_site = False  # its page is there for its owner alone


@admin.register(Task)
class TaskAdmin(ReadOnly, admin.ModelAdmin[Task]):
    list_display = ("id", "title", "kind_name", "owner", "created_at")
    list_filter = ("kind_name", "created_at")
    list_select_related = ("owner",)
    search_fields = ("title", "owner__username", "owner__email")
    search_help_text = "Title, or name or address of the owner"
    fields = ("owner", "kind_name", "title", "about_type", "about_id", "created_at")
    inlines = (RunInline,)
    ordering = ("-pk",)
    show_full_result_count = False
    view_on_site = False


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
    list_display = ("name", "at")
