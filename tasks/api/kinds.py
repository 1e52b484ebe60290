"""What can be asked for."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import shows
from api.views import ApiView
from tasks.kinds import Kind, registry


class KindSerializer(serializers.Serializer[Kind[Any]]):
    name = serializers.CharField()
    title = serializers.CharField(help_text="Of tasks that are given none.")
    description = serializers.CharField()
    schedule = serializers.ChoiceField(
        ["optional", "required"], help_text="Whether it can also be done at once, without one."
    )
    params_schema = serializers.DictField(help_text="The JSON Schema of `params`.")

    def to_representation(self, kind: Kind[Any]) -> dict[str, Any]:
        schema = kind.params.model_json_schema()
        schema.pop("description", None)  # is for those who read the code
        return {
            "name": kind.name,
            "title": kind.title,
            "description": kind.description,
            "schedule": "required" if kind.needs_schedule else "optional",
            "params_schema": schema,
        }


class KindPage(serializers.Serializer[Any]):
    """A page like others, but that there is one alone."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = KindSerializer(many=True)


class TaskKinds(ApiView):
    resource = "tasks"

    @shows(KindPage)
    def get(self, request: Request) -> Response:
        """The kinds of task that you can ask for; all of them on one page."""
        kinds = [registry[name] for name in sorted(registry) if registry[name].is_open]
        return self.shown({"next": None, "previous": None, "results": kinds}, KindPage)
