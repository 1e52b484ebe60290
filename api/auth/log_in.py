"""Logging in: a password, and a code where the account has a second factor, for the tokens of a log-in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import update_last_login
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.second_factors import TooManyTries, needed_by, verify
from api.auth import limits, pairs, second_steps
from api.auth.passwords import user_with
from api.auth.views import ForAnybody
from api.schema import changes, refuses


class WrongCode(AuthenticationFailed):
    default_code = "wrong_code"
    default_detail = "This code is not right, or it was used already."


PASSWORD_EXAMPLE = OpenApiExample(
    "Log in", {"username": "ada", "password": "correct horse battery staple"}, request_only=True
)
CODE_EXAMPLE = OpenApiExample(
    "Answer with a code", {"mfa_token": "WzEsI…", "code": "123456"}, request_only=True
)


class CredentialsSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(
        max_length=User._meta.get_field("email").max_length, help_text="The username, or the e-mail address."
    )
    password = serializers.CharField(trim_whitespace=False)


class CodeSerializer(serializers.Serializer[Any]):
    mfa_token = serializers.CharField(help_text="As the answer to the password had it.")
    code = serializers.CharField(help_text="What the app shows, or a recovery code.")


class PairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="What to send along as `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="What gets the next two tokens, once.")
    expires_in = serializers.IntegerField(help_text="For how many seconds `access` lets in.")
    token_type = serializers.CharField()


class LogIn(ForAnybody):
    @changes(
        CredentialsSerializer,
        PairSerializer,
        examples=[PASSWORD_EXAMPLE],
        responses=refuses(HTTPStatus.UNAUTHORIZED, "Name or password is not right.")
        | refuses(
            HTTPStatus.FORBIDDEN,
            "The password is right, but that is not enough. By `type`: `mfa-required`, with an `mfa_token` "
            "for `/api/auth/token/mfa/`, the `methods` that answer it and for how many seconds "
            "(`expires_in`); `passkey-required`; or `email-not-verified`, while a new letter is on its way.",
        ),
    )
    @sensitive_variables("asked")
    def post(self, request: Request) -> Response:
        """Log in by name and password."""
        asked = self.content(CredentialsSerializer)
        user = user_with(self.http_request, asked["username"], asked["password"])
        needed = needed_by(user)
        if needed.only_passkey:
            raise second_steps.PasskeyNeeded
        if needed:
            raise second_steps.CodeNeeded(user, needed)
        return begun(user)


class SecondStep(ForAnybody):
    @changes(
        CodeSerializer,
        PairSerializer,
        examples=[CODE_EXAMPLE],
        responses=refuses(
            HTTPStatus.UNAUTHORIZED, "The code is not right, or too much time has passed since the password."
        ),
    )
    @sensitive_variables("asked")
    def post(self, request: Request) -> Response:
        """Answer what asked for a second factor."""
        asked = self.content(CodeSerializer)
        user = second_steps.user_of(asked["mfa_token"])
        try:
            is_right = verify(user, asked["code"])
        except TooManyTries as error:
            raise limits.too_many("login_failed") from error
        if not is_right:
            raise WrongCode
        return begun(user)


def begun(user: User) -> Response:
    update_last_login(User, user)
    return Response(PairSerializer(pairs.begin(user)).data)
