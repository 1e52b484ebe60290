"""The list of one's tasks, in pages that stay as fast at the far end as at the start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from accounts.models import User
from accounts.requests import UserRequest, to_number
from tasks.models import Run, Task, TaskQuerySet

TASKS_PER_PAGE = 25
STATES = [("scheduled", "Scheduled"), ("paused", "Paused"), *Run.State.choices]


@dataclass(frozen=True)
class TaskPage:
    """The tasks of `owner` older than the one with the key `before`: all of them, those scheduled, those
    paused, or those whose last run is in `state`."""

    owner: User
    state: str = ""
    before: int | None = None

    @classmethod
    def asked_for(cls, request: UserRequest) -> TaskPage:
        """What the query string says; what makes no sense in it is left out."""
        state, before = request.GET.get("state", ""), request.GET.get("before", "")
        return cls(
            request.user,
            state if state in dict(STATES) else "",
            to_number(before),
        )

    @property
    def states(self) -> list[tuple[str, str]]:
        return STATES

    @property
    def query(self) -> str:
        """The query string that asks for this page."""
        return self._query(self.before)

    @property
    def newest(self) -> str:
        """The query string of the first page."""
        return self._query(None)

    @property
    def older(self) -> str:
        """The query string of the page after this one; empty on the last."""
        return self._query(self.tasks[-1].pk) if len(self._one_more) > TASKS_PER_PAGE else ""

    @property
    def tasks(self) -> list[Task]:
        return self._one_more[:TASKS_PER_PAGE]

    @cached_property
    def _one_more(self) -> list[Task]:
        tasks: TaskQuerySet = Task.objects.visible_to(self.owner).with_last_run()
        if self.state == "scheduled":
            tasks = tasks.filter(next_run_at__isnull=False)
        elif self.state == "paused":
            tasks = tasks.filter(paused_at__isnull=False)
        elif self.state:
            last_runs = Run.objects.newest_of_each_task().filter(task=OuterRef("pk"), state=self.state)
            tasks = tasks.filter(Exists(last_runs))
        if self.before is not None:
            tasks = tasks.filter(pk__lt=self.before)
        return list(tasks[: TASKS_PER_PAGE + 1])

    def _query(self, before: int | None) -> str:
        parts = QueryDict(mutable=True)
        if self.state:
            parts["state"] = self.state
        if before is not None:
            parts["before"] = str(before)
        return f"?{parts.urlencode()}" if parts else ""
