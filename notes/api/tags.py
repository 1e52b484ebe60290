"""Tags: list, rename, delete. They are made by notes that have them."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers, status
from rest_framework.fields import get_error_detail
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import changes, ends, lists, shows
from api.views import ApiView
from notes import tagging
from notes.api.serializers import TagChangesSerializer, TagSerializer
from notes.models import Tag

TAG = {"id": 3, "url": "https://clock.example/api/tags/3/", "name": "garden", "notes": 12}
EXAMPLE = OpenApiExample("A tag", TAG, response_only=True)
NEW_NAME = OpenApiExample("A new name", {"name": "allotment"}, request_only=True)


class Tags(ApiView):
    resource = "notes"

    @lists(TagSerializer, examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        """The tags on your notes, the newest first."""
        return self.page(Tag.objects.visible_to(self.user).with_counts(), TagSerializer)


class OneTag(ApiView):
    resource = "notes"

    @shows(TagSerializer, examples=[EXAMPLE])
    def get(self, request: Request, pk: int) -> Response:
        """One of your tags."""
        return self.shown(self._tag(pk), TagSerializer)

    @changes(TagChangesSerializer, TagSerializer, examples=[NEW_NAME, EXAMPLE])
    def patch(self, request: Request, pk: int) -> Response:
        """Rename a tag, on all notes that have it."""
        tag = self._tag(pk)
        if content := self.content(TagChangesSerializer, partial=True):
            try:
                tagging.rename(tag, content["name"])
            except ValidationError as refused:
                raise serializers.ValidationError({"name": get_error_detail(refused)}) from refused
        return self.shown(tag, TagSerializer)

    @ends("It is on no note any more; the notes are as they were.")
    def delete(self, request: Request, pk: int) -> Response:
        """Take a tag off all notes."""
        tagging.delete(self._tag(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _tag(self, pk: int) -> Tag:
        return self.own(lambda user: Tag.objects.visible_to(user).with_counts(), pk)
