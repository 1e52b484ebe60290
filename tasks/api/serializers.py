"""What programs say of tasks and runs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from api.fields import MomentField
from tasks.api.schedules import TaskScheduleInput
from tasks.kinds import Kind, registry
from tasks.models import LONGEST_DESCRIPTION, STATUSES, Run
from tasks.titles import LONGEST_TITLE, one_line

LARGEST_KEY = 2**63 - 1


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


def under_params(messages: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is wrong with parameters, by field of the body."""
    return {"params" if name == "__all__" else f"params.{name}": each for name, each in messages.items()}
