"""Tasks and runs as programs see them, and what programs say of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import MomentField
from tasks.api.addresses import Addresses, Links
from tasks.api.schedules import ScheduleOutput, TaskScheduleInput
from tasks.kinds import Kind, Params, registry
from tasks.models import LONGEST_DESCRIPTION, STATUSES, Attempt, Run, Task
from tasks.titles import LONGEST_TITLE, one_line

LARGEST_KEY = 2**63 - 1
ATTEMPTS_SHOWN = 20


class TitleField(serializers.CharField):
    """One line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TITLE, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if not isinstance(value, str):
            return value
        line = one_line(value)
        if not (line or self.allow_blank):
            self.fail("blank")
        return line


class TaskInput(TaskScheduleInput):  # when it is checked, `kind` is a Kind, and `params` are its own
    """What is asked for."""

    kind = serializers.CharField(max_length=60, help_text="One of `/api/task-kinds/`.")
    title = TitleField(required=False, allow_blank=True, help_text="The kind has one, when left out.")
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION, help_text="What you want to note."
    )
    params = serializers.DictField(required=False, help_text="As the kind's schema says.")

    def validate_kind(self, name: str) -> Kind[Any]:
        kind = registry.get(name)
        if kind is None or not kind.is_open:
            raise serializers.ValidationError(f"There is no kind “{name}” to ask for.")
        return kind

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked = super().validate(attrs)
        try:
            checked["params"] = checked["kind"].validate(checked.get("params", {}))
        except ValidationError as error:
            raise ValidationError(under_params(error.message_dict)) from error
        return checked


class TaskChange(TaskScheduleInput):
    """What is changed of a task; what is left out stays. Fields that say when replace the whole schedule."""

    title = TitleField()
    description = serializers.CharField(allow_blank=True, max_length=LONGEST_DESCRIPTION)
    paused = serializers.BooleanField(
        help_text="Whether it waits to be resumed, and does not run until then."
    )


class TaskQuery(serializers.Serializer[Any]):
    """Of moments, “after” takes in the moment itself, and “before” does not."""

    status = serializers.ChoiceField(STATUSES, required=False)
    kind = serializers.CharField(max_length=60, required=False)
    created_after = MomentField(required=False)
    created_before = MomentField(required=False)
    next_run_after = MomentField(required=False)
    next_run_before = MomentField(required=False)
    search = serializers.CharField(
        max_length=200, required=False, help_text="Words that stand in the title or the description."
    )


class RunQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Run.State.choices, required=False)
    task = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False)


class TaskSerializer(serializers.ModelSerializer[Task]):
    url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField()
    kind = serializers.CharField(source="kind_name")
    status = serializers.SerializerMethodField(
        help_text="`paused`; else the state of a run that waits or works; else `scheduled` if there is a "
        "next time; else the state of the last run. Null if it never ran, and never will."
    )
    schedule = ScheduleOutput(allow_null=True)
    next_run_at = MomentField(allow_null=True)
    paused_at = MomentField(allow_null=True)
    created_at = MomentField()
    links = serializers.SerializerMethodField(help_text="Addresses: `self`, `page`, `runs` and `last_run`.")

    class Meta:
        model = Task
        fields: ClassVar[tuple[str, ...]] = (
            *("id", "url", "html_url", "kind", "title", "description", "status", "schedule"),
            *("missed", "expires_after", "next_run_at", "paused_at", "created_at", "links"),
        )
        read_only_fields: ClassVar[tuple[str, ...]] = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, task: Task) -> str:
        return self._addresses.of("api_task", task.pk)

    @extend_schema_field(OpenApiTypes.URI)
    def get_html_url(self, task: Task) -> str:
        return self._addresses.of(task.kind.page or "tasks:detail", task.pk)

    @extend_schema_field(serializers.ChoiceField(STATUSES, allow_null=True))
    def get_status(self, task: Task) -> str | None:
        return task.status or None

    @extend_schema_field(Links)
    def get_links(self, task: Task) -> dict[str, str]:
        run = task.last_run
        return {
            "self": self.get_url(task),
            "page": self.get_html_url(task),
            "runs": self._addresses.of("api_task_runs", task.pk),
            **({"last_run": self._addresses.of("api_run", run.pk)} if run else {}),
        }

    @property
    def _addresses(self) -> Addresses:
        return Addresses.within(self.context)


class TaskDetailSerializer(TaskSerializer):
    params = serializers.SerializerMethodField(
        help_text="As the kind's schema says; null when they are those of another version."
    )

    class Meta(TaskSerializer.Meta):
        fields = (*TaskSerializer.Meta.fields, "params")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_params(self, task: Task) -> dict[str, Any] | None:
        try:
            params: Params = task.kind.validate(task.params)
        except ValidationError:
            return None
        return params.typed()


class ProgressSerializer(serializers.Serializer[Run]):
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="0 while nobody knows.")
    percent = serializers.IntegerField()


class RunSerializer(serializers.ModelSerializer[Run]):
    url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField()
    task = serializers.IntegerField(source="task_id")
    kind = serializers.CharField(source="task.kind_name")
    is_being_cancelled = serializers.BooleanField()
    progress = ProgressSerializer(source="*")
    due_at = MomentField()
    next_attempt_at = MomentField(help_text="While it is pending: when it may begin.")
    started_at = MomentField(allow_null=True)
    finished_at = MomentField(allow_null=True)
    links = serializers.SerializerMethodField(
        help_text="Addresses: `self`, `page`, `task` and, by the kind, others such as `deliveries`."
    )

    class Meta:
        model = Run
        fields: ClassVar[tuple[str, ...]] = (
            *("id", "url", "html_url", "task", "kind", "state", "is_being_cancelled", "progress"),
            *("attempts_made", "summary", "error", "due_at", "next_attempt_at", "started_at", "finished_at"),
            "links",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, run: Run) -> str:
        return self._addresses.of("api_run", run.pk)

    @extend_schema_field(OpenApiTypes.URI)
    def get_html_url(self, run: Run) -> str:
        return self._addresses.of("tasks:run", run.pk)

    @extend_schema_field(Links)
    def get_links(self, run: Run) -> dict[str, str]:
        return {
            "self": self.get_url(run),
            "page": self.get_html_url(run),
            "task": self._addresses.of("api_task", run.task_id),
            **{name: self._addresses.of(url, run.pk) for name, url in run.task.kind.links.items()},
        }

    @property
    def _addresses(self) -> Addresses:
        return Addresses.within(self.context)


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    started_at = MomentField()
    ended_at = MomentField(allow_null=True)

    class Meta:
        model = Attempt
        fields = ("number", "started_at", "ended_at", "outcome", "error")
        read_only_fields = fields


class RunDetailSerializer(RunSerializer):
    attempts = serializers.SerializerMethodField(
        help_text=f"The last {ATTEMPTS_SHOWN} of {{attempts_made}}, the newest first."
    )

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "attempts")
        read_only_fields = fields

    @extend_schema_field(AttemptSerializer(many=True))
    def get_attempts(self, run: Run) -> list[dict[str, Any]]:
        last = run.attempts.order_by("-number")[:ATTEMPTS_SHOWN]
        return list(AttemptSerializer(last, many=True).data)


def under_params(messages: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is wrong with parameters, by field of the body."""
    return {"params" if name == "__all__" else f"params.{name}": each for name, each in messages.items()}
