"""Signing up."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.forms import SignupForm
from accounts.models import User
from accounts.zones import validate_time_zone
from api.auth import limits
from api.auth.letters import write_to_newcomer
from api.auth.views import ForAnybody
from api.forms import refusal
from api.idempotency import once
from api.models import IdempotentRequest
from api.schema import creates

USERNAME = User._meta.get_field("username")


EXAMPLE = OpenApiExample(
    "Sign up",
    {
        "username": "ada",
        "email": "ada@example.com",
        "password": "correct horse battery staple",
        "time_zone": "Europe/Paris",
    },
    request_only=True,
)


class RegistrationSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=USERNAME.max_length, help_text=str(USERNAME.help_text))
    email = serializers.EmailField(max_length=User._meta.get_field("email").max_length)
    password = serializers.CharField(trim_whitespace=False, help_text="At least 8 characters.")
    time_zone = serializers.CharField(
        default="UTC", validators=[validate_time_zone], help_text="An IANA name, such as Europe/Paris."
    )


class RegisteredSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    email = serializers.EmailField()
    time_zone = serializers.CharField()


class Register(ForAnybody):
    @creates(RegistrationSerializer, RegisteredSerializer, examples=[EXAMPLE])
    @sensitive_variables("asked")
    def post(self, request: Request) -> Response:
        """Sign up.

        A letter goes to the address; once the link in it was followed, the account lets in. The answer is the
        same where the address has an account already: its owner is told of that by the letter.
        """
        limits.count_try(self.http_request, "signup")
        asked = self.content(RegistrationSerializer)
        caller = f"register:{asked['username'].lower()}"

        def make() -> Response:
            form = checked(asked)
            user = sign_up(self.http_request, form, asked)
            IdempotentRequest.objects.filter(caller=caller).update(user=user)  # goes with the account
            data = RegisteredSerializer(form.cleaned_data).data
            headers = {"Location": reverse("api_me", request=request)}
            return Response(data, status=HTTPStatus.CREATED, headers=headers)

        return once(request, make, caller=caller)


@sensitive_variables("asked", "fields")
def checked(asked: dict[str, Any]) -> SignupForm:
    """The form of the page; raises ValidationError by field."""
    fields = {**asked, "password1": asked["password"]}
    form = SignupForm(fields)
    if not form.is_valid():
        raise refusal(form, called={"password1": "password"})
    return form


@sensitive_variables("asked")
def sign_up(request: HttpRequest, form: SignupForm, asked: dict[str, Any]) -> User | None:
    """The new account; None where the address has one. Both take the same time, and both write a letter."""
    user = None if form.account_already_exists else _saved(request, form, asked)
    if user:
        user_signed_up.send(User, request=request, user=user)
    else:
        make_password(asked["password"])
    write_to_newcomer(request, form.cleaned_data["email"], user)
    return user


@sensitive_variables("asked")
def _saved(request: HttpRequest, form: SignupForm, asked: dict[str, Any]) -> User | None:
    """None for an address with which somebody signed up at the same moment; a username is refused then."""
    try:
        with transaction.atomic():
            return form.save(request)
    except IntegrityError:
        if not checked(asked).account_already_exists:
            raise
        return None
