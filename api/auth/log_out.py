"""Ending a log-in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import pairs
from api.auth.views import ForAnybody
from api.authentication import BearerAuthentication
from api.models import LogIn as LogInRow

OVER = OpenApiResponse(description="It is over, and none of its tokens lets in.")


class LogOutSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(required=False)


class LogOut(ForAnybody):
    @extend_schema(request=LogOutSerializer, responses={HTTPStatus.NO_CONTENT: OVER})
    @sensitive_variables("secret")
    def post(self, request: Request) -> Response:
        """Log out.

        Which log-in is to end, the refresh token says, or the access token with which the request comes.
        Nothing is wrong with one that is over already.
        """
        secret = self.content(LogOutSerializer).get("refresh")
        if secret:
            pairs.end(secret)
        end_by_access_token(request)
        return Response(status=HTTPStatus.NO_CONTENT)


def end_by_access_token(request: Request) -> None:
    try:
        found = BearerAuthentication().authenticate(request)
    except AuthenticationFailed:
        return
    if found and found[1].kind == "log-in":
        LogInRow.objects.filter(pk=found[1].key).delete()
