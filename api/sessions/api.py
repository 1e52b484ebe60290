"""Where one is logged in, for programs: for those that are logged in themselves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from api.credentials import Credential
from api.fields import MomentField
from api.schema import ends, shows
from api.sessions import places
from api.views import ApiView

EXAMPLE = OpenApiExample(
    "A browser and a program",
    {
        "results": [
            {
                "id": "12",
                "kind": "browser",
                "name": "Firefox on Linux",
                "address": "192.0.2.7",
                "since": "2027-01-08T08:00:00Z",
                "last_seen": "2027-01-08T09:30:00Z",
                "is_this": False,
            },
            {
                "id": "6f1ed002-ab5d-4f6b-8d7a-4c2e7f1a9b30",
                "kind": "program",
                "name": "A program",
                "address": None,
                "since": "2027-01-07T18:00:00Z",
                "last_seen": "2027-01-08T09:31:00Z",
                "is_this": True,
            },
        ]
    },
    response_only=True,
)
ID = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="As the list has it.")


class PlaceSerializer(serializers.Serializer[places.Place]):
    id = serializers.CharField()
    kind = serializers.ChoiceField(["browser", "program"])
    name = serializers.CharField(help_text="What people call it, such as Firefox on Linux.")
    address = serializers.IPAddressField(allow_null=True, help_text="From where it was last seen.")
    since = MomentField()
    last_seen = MomentField(help_text="To about a minute; of a program, when it last got its next tokens.")
    is_this = serializers.BooleanField(help_text="Whether it is the one that asks.")


class PlacesSerializer(serializers.Serializer[Any]):
    results = PlaceSerializer(many=True)


class ForLogIns(ApiView):
    """Not for API tokens: one that leaked must not lock out its owner, nor tell where they are."""

    resource = "account"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.asking.kind == "token":
            raise PermissionDenied("An API token does not reach this. Log in for it.")

    @property
    def asking(self) -> Credential:
        return cast("Credential", self.request.auth)


class MySessions(ForLogIns):
    @shows(PlacesSerializer, examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        """Where one is logged in.

        The browsers that have a session and the programs that have a log-in, of each the newest hundred; not
        what API tokens do. For callers that are logged in: API tokens are refused.
        """
        found = places.browsers_of(self.user, self.asking) + places.programs_of(self.user, self.asking)
        return self.shown({"results": found}, PlacesSerializer)

    @ends("All others are over.", operation_id="me_sessions_destroy_others")
    def delete(self, request: Request) -> Response:
        """Log out everywhere else: in all browsers and programs but the one that asks."""
        places.end_others(self.user, self.asking)
        return Response(status=HTTPStatus.NO_CONTENT)


class MySession(ForLogIns):
    @extend_schema(parameters=[ID])
    @ends("It is over, and lets in no more.")
    def delete(self, request: Request, pk: str) -> Response:
        """Log out one of them, which may be the one that asks."""
        places.find(self.user, pk).delete()
        return Response(status=HTTPStatus.NO_CONTENT)
