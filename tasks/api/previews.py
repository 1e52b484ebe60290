"""What a schedule would do."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import MomentField
from api.schema import shows
from api.views import ApiView
from tasks.api.schedules import ONE_WAY, ScheduleInput
from tasks.preview import FIRINGS_SHOWN, Firing, Preview

MOST_FIRINGS = 50


class PreviewQuery(ScheduleInput):
    count = serializers.IntegerField(
        min_value=1, max_value=MOST_FIRINGS, default=FIRINGS_SHOWN, help_text="How many of its times to give."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked = super().validate(attrs)
        if checked["schedule"] is None:
            raise serializers.ValidationError({"run_at": [ONE_WAY]})
        return checked


class FiringSerializer(serializers.Serializer[Firing]):
    at = MomentField()
    local = serializers.SerializerMethodField(help_text="By the clock that the schedule follows.")
    remarks = serializers.ListField(
        child=serializers.CharField(), help_text="About clocks that change on that day, for people."
    )

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_local(self, firing: Firing) -> str:
        return firing.at.astimezone(self.context["zone"]).isoformat()


class PreviewSerializer(serializers.Serializer[Preview]):
    words = serializers.CharField(help_text="The schedule for people.")
    timezone = serializers.CharField(source="schedule.time_zone")
    firings = serializers.SerializerMethodField()
    goes_on = serializers.BooleanField(help_text="Whether there are more of them.")

    @extend_schema_field(FiringSerializer(many=True))
    def get_firings(self, preview: Preview) -> list[dict[str, Any]]:
        shown = FiringSerializer(context={"zone": preview.schedule.zone})
        return [shown.to_representation(firing) for firing in preview.firings]


class SchedulePreview(ApiView):
    resource = "tasks"

    @shows(PreviewSerializer, query=PreviewQuery)
    def get(self, request: Request) -> Response:
        """When a schedule would run something, from now on."""
        asked = self.query(PreviewQuery)
        preview = Preview.of(asked["schedule"], self.user, asked["count"])
        return self.shown(preview, PreviewSerializer)
