"""What a run of the kind `notes.export` made."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, NoReturn

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.fields import MomentField
from api.problems import Conflict, Gone, Unavailable
from api.schema import refuses, shows
from api.views import ApiView
from notes.exporting.downloads import TYPE, download, file_name
from notes.exporting.kind import exports_of
from notes.models import Export

logger = logging.getLogger(__name__)

NOT_THERE = {
    **refuses(HTTPStatus.CONFLICT, "The run has not ended yet."),
    **refuses(HTTPStatus.GONE, "It was kept for a week, or the run did not complete."),
}


class ExportSerializer(serializers.ModelSerializer[Export]):
    url = serializers.SerializerMethodField()
    file_url = serializers.SerializerMethodField(help_text="Where the zip itself is read.")
    file_name = serializers.SerializerMethodField()
    size = serializers.IntegerField(help_text="In bytes.")
    created_at = MomentField()
    expires_at = MomentField()

    class Meta:
        model = Export
        fields = ("url", "file_url", "file_name", "size", "note_count", "created_at", "expires_at")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, export: Export) -> str:
        return reverse("api_run_export", args=[export.run_id], request=self.context["request"])

    @extend_schema_field(OpenApiTypes.URI)
    def get_file_url(self, export: Export) -> str:
        return reverse("api_run_export_file", args=[export.run_id], request=self.context["request"])

    def get_file_name(self, export: Export) -> str:
        return file_name(export)


class RunExport(ApiView):
    resource = "notes"

    @shows(ExportSerializer, responses=NOT_THERE)
    def get(self, request: Request, pk: int) -> Response:
        """What an export of your notes came to."""
        return self.shown(self.export(pk), ExportSerializer)

    def export(self, pk: int) -> Export:
        """The one that this run of the caller's made. Raises Http404, Conflict and Gone."""
        run = self.own(exports_of, pk)
        export = Export.objects.current().filter(run=run).first()
        if export is None:
            _refuse(is_final=run.is_final)
        return export


class RunExportFile(RunExport):
    @extend_schema(
        responses={
            (HTTPStatus.OK, TYPE): OpenApiTypes.BINARY,
            HTTPStatus.FOUND: OpenApiResponse(description="It is in a bucket: follow the link, soon."),
            **NOT_THERE,
            **refuses(HTTPStatus.SERVICE_UNAVAILABLE, "The storage does not answer."),
        }
    )
    def get(self, request: Request, pk: int) -> Any:
        """The zip of an export of your notes."""
        return self._answer(self.export(pk))

    def _answer(self, export: Export) -> HttpResponseBase:
        try:
            return download(export)
        except FileNotFoundError:
            logger.warning("the file of %s is gone: %s", export, export.file_name)
            _refuse(is_final=True)
        except OSError as error:
            logger.warning("the file of %s could not be reached: %s", export, error)
            raise Unavailable("The file cannot be reached at the moment. Try again soon.") from error


def _refuse(*, is_final: bool) -> NoReturn:
    if is_final:
        raise Gone("There is no file (any more).")
    raise Conflict("It is not there yet: the run has not ended.")
