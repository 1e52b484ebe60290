"""Oneself."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, PermissionDenied
from rest_framework.exceptions import ValidationError as ApiValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.deletion import Busy
from accounts.forms import ProfileForm
from accounts.leaving import LAST_SUPERUSER, LastSuperuser, leave
from accounts.models import User
from accounts.moving import save
from api.auth import limits
from api.credentials import Credential
from api.fields import AvatarField, MomentField
from api.forms import refusal
from api.problems import Conflict, Unavailable
from api.schema import changes, ends, refuses, shows
from api.views import ApiView


class MeSerializer(serializers.ModelSerializer[User]):
    url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField()
    email_verified = serializers.BooleanField(source="has_verified_email", read_only=True)
    avatar_url = AvatarField()
    date_joined = MomentField(read_only=True)

    class Meta:
        model = User
        fields = (
            "id",
            "url",
            "html_url",
            "username",
            "name",
            "avatar_url",
            "email",
            "email_verified",
            "usercode",
            "time_zone",
            "is_staff",
            "date_joined",
        )

    def get_url(self, user: User) -> str:
        return reverse("api_me", request=self.context["request"])

    def get_html_url(self, user: User) -> str:
        return reverse("profile", request=self.context["request"])


class MeChangeSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(required=False)
    name = serializers.CharField(required=False, allow_blank=True, help_text="What others call you.")
    time_zone = serializers.CharField(required=False, help_text="An IANA name, such as Europe/Paris.")


class LeavingSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(trim_whitespace=False, help_text="Once more, so that it is surely you.")


class Me(ApiView):
    resource = "account"

    @shows(MeSerializer)
    def get(self, request: Request) -> Response:
        """Who one is."""
        return self.shown(self.user, MeSerializer)

    @changes(MeChangeSerializer, MeSerializer)
    def patch(self, request: Request) -> Response:
        """Have another username or name, or live in another time zone.

        What runs by one's clock, reminders for instance, goes on in the zone it was made for; whether it
        moves along is asked on the page that the reminders show then.
        """
        user = changed(self.user, self.content(MeChangeSerializer))
        return self.shown(user, MeSerializer)

    @ends(
        "The account is gone, and whoever is logged in to it logged out.",
        takes=LeavingSerializer,
        responses=refuses(HTTPStatus.CONFLICT, "Nobody would be left who may do everything.")
        | refuses(
            HTTPStatus.SERVICE_UNAVAILABLE, "Something of it is in use. Nothing was deleted; try again."
        ),
    )
    @sensitive_variables("password")
    def delete(self, request: Request) -> Response:
        """Delete one's account, with everything of it, for good.

        By a log-in or a session, and with the password in the body; no personal API token does it. Nothing
        that was scheduled goes out any more. A last e-mail says that it is done.
        """
        if cast("Credential", request.auth).kind == "token":
            raise PermissionDenied("No API token deletes an account. Log in, and give the password.")
        password = self.content(LeavingSerializer)["password"]
        limits.count_try(request._request, "reauthenticate")
        _check_password(self.user, password)
        try:
            leave(self.user)
        except LastSuperuser as error:
            raise Conflict(LAST_SUPERUSER) from error
        except Busy as error:
            raise Unavailable("Something of the account is in use. Nothing was deleted.") from error
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


@sensitive_variables("password")
def _check_password(user: User, password: str) -> None:
    """Raises ValidationError of the field, also after too many tries."""
    try:
        if get_adapter().reauthenticate(user, password):
            return
        words, code = ["This is not your password."], "incorrect_password"
    except ValidationError as error:
        words, code = error.messages, error.code or "invalid"
    raise ApiValidationError({"password": [ErrorDetail(word, code) for word in words]})


def changed(user: User, changes: dict[str, Any]) -> User:
    """The user, changed by the rules of the profile page; raises ValidationError by field."""
    try:
        with transaction.atomic():
            current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
            form = _checked(current, changes)
            save(current, form.save)
    except IntegrityError:  # somebody took the name at the same moment
        _checked(User.objects.get(pk=user.pk), changes)
        raise
    return current


def _checked(user: User, changes: dict[str, Any]) -> ProfileForm:
    stored = {name: getattr(user, name) for name in ProfileForm.Meta.fields}
    form = ProfileForm({**stored, **changes}, instance=user)
    if not form.is_valid():
        raise refusal(form)
    return form
