"""Whether what is due begins: when the scheduler last looked, and what is late or waits for a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings

from tasks.clock import database_now
from tasks.models import Heartbeat, Run, Task

MOST_COUNTED = 1000


@dataclass(frozen=True)
class SchedulerHealth:
    """By the database's clock `now`. `due` counts the tasks whose time has come, up to MOST_COUNTED."""

    now: datetime
    looked_at: datetime | None
    oldest_due_at: datetime | None
    due: int
    oldest_waiting_at: datetime | None

    @classmethod
    def current(cls) -> SchedulerHealth:
        """Four look-ups by index, whatever is stored."""
        now = database_now()
        due = Task.objects.filter(next_run_at__lte=now).order_by("next_run_at")
        waiting = Run.objects.filter(state=Run.State.PENDING, next_attempt_at__lte=now)
        return cls(
            now=now,
            looked_at=Heartbeat.objects.filter(name="scheduler").values_list("at", flat=True).first(),
            oldest_due_at=due.values_list("next_run_at", flat=True).first(),
            due=due[:MOST_COUNTED].count(),
            oldest_waiting_at=waiting.order_by("next_attempt_at")
            .values_list("next_attempt_at", flat=True)
            .first(),
        )

    @property
    def seconds_since_look(self) -> float | None:
        return None if self.looked_at is None else self._since(self.looked_at)

    @property
    def seconds_late(self) -> float:
        """How late the oldest task is that is due; 0 when none is."""
        return self._since(self.oldest_due_at)

    @property
    def seconds_waiting(self) -> float:
        """How long the oldest run has been waiting for a worker; 0 when none is."""
        return self._since(self.oldest_waiting_at)

    @property
    def due_in_words(self) -> str:
        return str(self.due) if self.due < MOST_COUNTED else f"{MOST_COUNTED} or more"

    @property
    def is_looking(self) -> bool:
        since = self.seconds_since_look
        return since is not None and since <= settings.TASKS_SCHEDULER_SECONDS

    @property
    def is_on_time(self) -> bool:
        return self.seconds_late <= settings.TASKS_SCHEDULER_SECONDS

    @property
    def is_started(self) -> bool:
        """Whether workers begin what is due. Behind long work it waits a while with nothing broken."""
        return bool(self.seconds_waiting <= settings.TASKS_WAITING_SECONDS)

    @property
    def status(self) -> Literal["ok", "stopped", "late", "waiting"]:
        """In one word: no scheduler looks, it does not keep up, or no worker begins what it hands out."""
        if not self.is_looking:
            return "stopped"
        if not self.is_on_time:
            return "late"
        return "ok" if self.is_started else "waiting"

    @property
    def is_well(self) -> bool:
        return self.status == "ok"

    def _since(self, moment: datetime | None) -> float:
        return 0.0 if moment is None else max(0.0, round((self.now - moment).total_seconds(), 1))
