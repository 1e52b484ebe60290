"""Tasks and runs as programs see them.

Pages hold many of them, so each is written out by hand: DRF's fields, which describe them, take three times
as long.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from api.addresses import Addresses, Links
from api.fields import MomentField, in_utc
from tasks.api.schedules import ScheduleOutput, shown_schedule
from tasks.kinds import Params
from tasks.models import STATUSES, Attempt, Run, Task

ATTEMPTS_SHOWN = 20


class TaskSerializer(serializers.Serializer[Task]):
    id = serializers.IntegerField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    kind = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(
        STATUSES,
        allow_null=True,
        help_text="`paused`; else the state of a run that waits or works; else `scheduled` if there is a "
        "next time; else the state of the last run. Null if it never ran, and never will.",
    )
    schedule = ScheduleOutput(allow_null=True)
    missed = serializers.ChoiceField(Task.Missed.choices)
    expires_after = serializers.IntegerField(allow_null=True)
    next_run_at = MomentField(allow_null=True)
    paused_at = MomentField(allow_null=True)
    created_at = MomentField()
    links = Links(help_text="Addresses: `self`, `page`, `runs` and, if it ever ran, `last_run`.")

    def to_representation(self, task: Task) -> dict[str, Any]:
        addresses, last_run, schedule = Addresses.within(self.context), task.last_run_id, task.schedule
        links = {
            "self": addresses.of("api_task", task.pk),
            "page": addresses.of(task.kind.page or "tasks:detail", task.pk),
            "runs": addresses.of("api_task_runs", task.pk),
            **({"last_run": addresses.of("api_run", last_run)} if last_run else {}),
        }
        return {
            "id": task.pk,
            "url": links["self"],
            "html_url": links["page"],
            "kind": task.kind_name,
            "title": task.title,
            "description": task.description,
            "status": task.status or None,
            "schedule": schedule and shown_schedule(schedule),
            "missed": task.missed,
            "expires_after": task.expires_after,
            "next_run_at": _moment(task.next_run_at),
            "paused_at": _moment(task.paused_at),
            "created_at": _moment(task.created_at),
            "links": links,
        }


class TaskDetailSerializer(TaskSerializer):
    params = serializers.DictField(
        allow_null=True, help_text="As the kind's schema says; null when they are those of another version."
    )

    def to_representation(self, task: Task) -> dict[str, Any]:
        return {**super().to_representation(task), "params": _typed(task)}


class ProgressSerializer(serializers.Serializer[Run]):
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="0 while nobody knows.")
    percent = serializers.IntegerField()


class RunSerializer(serializers.Serializer[Run]):
    id = serializers.IntegerField()
    url = serializers.URLField()
    html_url = serializers.URLField()
    task = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(Run.State.choices)
    is_being_cancelled = serializers.BooleanField()
    progress = ProgressSerializer()
    attempts_made = serializers.IntegerField()
    summary = serializers.CharField()
    error = serializers.CharField()
    due_at = MomentField()
    next_attempt_at = MomentField(help_text="While it is pending: when it may begin.")
    started_at = MomentField(allow_null=True)
    finished_at = MomentField(allow_null=True)
    links = Links(help_text="Addresses: `self`, `page`, `task` and, by the kind, such as `deliveries`.")

    def to_representation(self, run: Run) -> dict[str, Any]:
        addresses = Addresses.within(self.context)
        links = {
            "self": addresses.of("api_run", run.pk),
            "page": addresses.of("tasks:run", run.pk),
            "task": addresses.of("api_task", run.task_id),
            **{name: addresses.of(url, run.pk) for name, url in run.task.kind.links.items()},
        }
        return {
            "id": run.pk,
            "url": links["self"],
            "html_url": links["page"],
            "task": run.task_id,
            "kind": run.task.kind_name,
            "state": run.state,
            "is_being_cancelled": run.is_being_cancelled,
            "progress": {"done": run.done, "total": run.total, "percent": run.percent},
            "attempts_made": run.attempts_made,
            "summary": run.summary,
            "error": run.error,
            "due_at": _moment(run.due_at),
            "next_attempt_at": _moment(run.next_attempt_at),
            "started_at": _moment(run.started_at),
            "finished_at": _moment(run.finished_at),
            "links": links,
        }


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    started_at = MomentField()
    ended_at = MomentField(allow_null=True)

    class Meta:
        model = Attempt
        fields = ("number", "started_at", "ended_at", "outcome", "error")
        read_only_fields = fields


class RunDetailSerializer(RunSerializer):
    attempts = AttemptSerializer(many=True, help_text=f"The last {ATTEMPTS_SHOWN} tries, the newest first.")

    def to_representation(self, run: Run) -> dict[str, Any]:
        last = run.attempts.order_by("-number")[:ATTEMPTS_SHOWN]
        return {**super().to_representation(run), "attempts": AttemptSerializer(last, many=True).data}


def _moment(moment: datetime | None) -> str | None:
    return in_utc(moment) if moment else None


def _typed(task: Task) -> dict[str, Any] | None:
    try:
        params: Params = task.kind.validate(task.params)
    except ValidationError:
        return None
    return params.typed()
