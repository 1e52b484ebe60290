"""Oneself."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.schema import shows
from api.views import ApiView


class MeSerializer(serializers.ModelSerializer[User]):
    email_verified = serializers.BooleanField(source="has_verified_email", read_only=True)

    class Meta:
        model = User
        fields = ("username", "email", "email_verified", "usercode", "time_zone")


class Me(ApiView):
    resource = "account"

    @shows(MeSerializer)
    def get(self, request: Request) -> Response:
        """Who one is."""
        return self.shown(self.user, MeSerializer)
