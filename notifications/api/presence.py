"""Who is online, and whether one is seen to be."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.fields import AvatarField, MomentField
from api.problems import Unavailable
from api.schema import changes, lists, refuses, shows
from api.views import ApiView
from notifications.presence.online import UNKNOWN, PresenceUnknown, online_users_even_hidden
from notifications.presence.people import (
    LONGEST_QUERY,
    people_online,
    people_seen_lately,
    set_visibility,
    shows_presence,
)


class PersonSerializer(serializers.Serializer[User]):
    username = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="What others call them; often empty.")
    usercode = serializers.CharField(read_only=True, source="usercode_grouped")
    avatar_url = AvatarField()
    online = serializers.SerializerMethodField()
    last_seen_at = MomentField(
        read_only=True, default=None, allow_null=True, help_text="Null for those who are online."
    )

    def get_online(self, person: User) -> bool:
        return not hasattr(person, "last_seen_at")


class PresenceQuerySerializer(serializers.Serializer[Any]):
    online = serializers.BooleanField(
        allow_null=True,
        default=None,
        help_text="False for those who are not, and were within the last seven days.",
    )
    search = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=LONGEST_QUERY,
        help_text="Part of a name or usercode.",
    )


class MyPresenceSerializer(serializers.Serializer[Any]):
    visible = serializers.BooleanField(required=False, help_text="Whether others see when you are online.")


class Presence(ApiView):
    resource = "presence"

    @lists(
        PersonSerializer,
        query=PresenceQuerySerializer,
        responses=refuses(HTTPStatus.SERVICE_UNAVAILABLE, UNKNOWN),
    )
    def get(self, request: Request) -> Response:
        """Who is online, as far as they let themselves be seen; or who was lately."""
        asked = self.query(PresenceQuerySerializer)
        try:
            online = online_users_even_hidden()
        except PresenceUnknown as error:
            raise Unavailable(UNKNOWN) from error
        find = people_seen_lately if asked["online"] is False else people_online
        return self.page(find(self.user, asked["search"], online), PersonSerializer)


class MyPresence(ApiView):
    resource = "presence"

    @shows(MyPresenceSerializer)
    def get(self, request: Request) -> Response:
        """Whether others see when you are online."""
        return self._shown()

    @changes(MyPresenceSerializer, MyPresenceSerializer)
    def patch(self, request: Request) -> Response:
        """Let yourself be seen, or not. Who hides is gone from all lists at once."""
        asked = self.content(MyPresenceSerializer)
        if "visible" in asked:
            set_visibility(self.user, shows_presence=asked["visible"])
        return self._shown()

    def _shown(self) -> Response:
        return self.shown({"visible": shows_presence(self.user)}, MyPresenceSerializer)
