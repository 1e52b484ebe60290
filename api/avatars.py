"""People's pictures, one's own and those of others."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.http import Http404, HttpResponseBase, QueryDict
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import avatars
from accounts.forms import AvatarForm
from api.credentials import Credential
from api.forms import refusal
from api.me import MeSerializer
from api.negotiation import JSONAlone
from api.problems import TooLarge, Unavailable
from api.schema import changes, ends, refuses
from api.views import ApiView

logger = logging.getLogger(__name__)

AROUND = 64 * 1024  # what a form writes around its file
AWAY = "Pictures cannot be reached at the moment. Try again soon."
IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
TAKEN: dict[str, Any] = {
    **dict.fromkeys(IMAGES, OpenApiTypes.BINARY),
    "multipart/form-data": {
        "type": "object",
        "properties": {"picture": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["picture"],
    },
}


class PictureParser(BaseParser):
    """The picture itself is the body."""

    media_type = "image/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        content = stream.read(AvatarForm.LARGEST + 1)  # one more, by which the form sees that there is more
        file = InMemoryUploadedFile(
            BytesIO(content), "picture", "picture", media_type or "", len(content), None
        )
        return DataAndFiles(QueryDict(), MultiValueDict({"picture": [file]}))


class PictureOrForm(JSONAlone):
    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """By what the request says it holds; what the picture really is, is seen when it is read."""
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            return MultiPartParser()
        return PictureParser() if media_type in IMAGES else None


class MyAvatar(ApiView):
    resource = "account"
    parser_classes = (PictureParser, MultiPartParser)
    content_negotiation_class = PictureOrForm

    @changes(
        TAKEN,
        MeSerializer,
        responses={
            **refuses(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "It is neither a picture nor a form with one."),
            **refuses(HTTPStatus.SERVICE_UNAVAILABLE, AWAY),
        },
    )
    def put(self, request: Request) -> Response:
        """Have this picture: a PNG, JPEG, WebP or GIF of up to 10 MB, as the body or as `picture` in a form.

        What is in its middle is kept, as a square of 256 pixels each way.
        """
        if int(request.META.get("CONTENT_LENGTH") or 0) > AvatarForm.LARGEST + AROUND:
            raise TooLarge("A picture holds up to 10 MB.")
        form = AvatarForm(files=request.FILES)
        if not form.is_valid():
            raise refusal(form)
        try:
            avatars.put(self.user, form.cleaned_data["picture"])
        except OSError as error:
            logger.exception("a picture could not be stored")
            raise Unavailable(AWAY) from error
        return self.shown(self.user, MeSerializer)

    @ends("There is no picture any more.")
    def delete(self, request: Request) -> Response:
        """Have no picture."""
        avatars.remove(self.user)
        return Response(status=HTTPStatus.NO_CONTENT)


class SomebodySignedIn(BasePermission):
    """Whatever else their credential reaches."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Credential)


class Avatar(ApiView):
    permission_classes = (SomebodySignedIn,)

    @extend_schema(
        responses={
            (HTTPStatus.OK, avatars.TYPE): OpenApiTypes.BINARY,
            HTTPStatus.NOT_MODIFIED: OpenApiResponse(description="It is the one you have."),
            **refuses(HTTPStatus.SERVICE_UNAVAILABLE, AWAY),
        }
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        """Somebody's picture, at the address that is their `avatar_url`; another one has another address."""
        try:
            return avatars.answer(request._request, key)
        except FileNotFoundError as error:
            raise Http404 from error
        except OSError as error:
            logger.warning("a picture could not be read: %s", error)
            raise Unavailable(AWAY) from error
