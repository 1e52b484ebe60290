"""Oneself."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.forms import ProfileForm
from accounts.models import User
from accounts.moving import save
from api.fields import AvatarField, MomentField
from api.forms import refusal
from api.schema import changes, shows
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
