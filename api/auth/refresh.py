"""The next tokens of a log-in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import pairs
from api.auth.log_in import PairSerializer
from api.auth.views import ForAnybody
from api.schema import changes, refuses


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField()


class Refresh(ForAnybody):
    @changes(
        RefreshSerializer,
        PairSerializer,
        responses=refuses(HTTPStatus.UNAUTHORIZED, "The log-in is over."),
    )
    @sensitive_variables("secret")
    def post(self, request: Request) -> Response:
        """Get the next tokens.

        A refresh token is good once. Where one arrives a second time, somebody may have stolen it: the log-in
        is over then, for both. So it is once the password was changed, and 30 days after the last refresh.
        """
        secret = self.content(RefreshSerializer)["refresh"]
        return Response(PairSerializer(pairs.renew(secret)).data)
