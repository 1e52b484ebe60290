"""The inbox over the API."""

from __future__ import annotations

from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.schema import changes, ends, lists, shows
from api.views import ApiView
from notifications.api.pages import NumberPages
from notifications.api.serializers import (
    NotificationChangeSerializer,
    NotificationQuerySerializer,
    NotificationSerializer,
    ReadingSerializer,
    ReadSerializer,
    SummarySerializer,
)
from notifications.inbox.arrivals import take_in
from notifications.inbox.bell import Bell
from notifications.inbox.changing import change
from notifications.inbox.filters import Filter
from notifications.inbox.marking import mark, read_these, read_until
from notifications.models import Notification, NotificationQuerySet
from notifications.wishes import muting


def own(user: User) -> NotificationQuerySet:
    return Notification.objects.visible_to(user).with_muted().with_text()


class Notifications(ApiView):
    resource = "notifications"
    pagination_class = NumberPages

    @lists(NotificationSerializer, query=NotificationQuerySerializer)
    def get(self, request: Request) -> Response:
        """Your inbox, newest first. Unread notifications of a kind that repeats are one, with a `count`."""
        asked = self.query(NotificationQuerySerializer)
        take_in(self.user)
        by = Filter("archive" if asked["archived"] else "", asked["event"], asked["search"])
        lines = by.lines_of(self.user)
        if asked["unread"] is not None:
            lines = lines.filter(read_at__isnull=asked["unread"])
        return self.page(lines.with_muted().with_text(), NotificationSerializer)


class Summary(ApiView):
    resource = "notifications"

    @shows(SummarySerializer)
    def get(self, request: Request) -> Response:
        """How much there is to read, and whether anything has changed since you looked."""
        return self.shown(Bell.of(self.user), SummarySerializer)


class Readings(ApiView):
    resource = "notifications"

    @changes(ReadingSerializer, ReadSerializer)
    def post(self, request: Request) -> Response:
        """Mark several notifications as read: those with some `ids`, or all `until` a number."""
        asked = self.content(ReadingSerializer)
        if "ids" in asked:
            read = read_these(self.user, self._of_mine(set(asked["ids"])))
        else:
            by = Filter("", asked["event"], asked["search"])
            read = read_until(self.user, asked["until"], by)
        return self.shown({"read": read}, ReadSerializer)

    def _of_mine(self, keys: set[int]) -> set[int]:
        mine = Notification.objects.visible_to(self.user).filter(pk__in=keys)
        missing = keys - set(mine.values_list("pk", flat=True))
        if missing:
            raise ValidationError({"ids": [f"You have no notification {min(missing)}."]})
        return keys


class OneNotification(ApiView):
    resource = "notifications"

    @shows(NotificationSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One notification. That you look at it here does not mark it as read."""
        return self.shown(self.own(own, pk), NotificationSerializer)

    @changes(NotificationChangeSerializer, NotificationSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Mark it, with those it stands for, as read or unread, put it into the archive or take it out, or
        mute what it is one of."""
        notification, asked = self.own(own, pk), self.content(NotificationChangeSerializer)
        with transaction.atomic():
            mark(notification, read=asked.get("read"), archived=asked.get("archived"))
            _mute(notification, asked.get("muted"))
        return self.shown(self.own(own, pk), NotificationSerializer)

    @ends()
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it, with those it stands for."""
        key = self.own(own, pk).pk
        change(self.user.pk, lambda entries: entries.chosen([key]).remove())
        return Response(status=204)


def _mute(notification: Notification, muted: bool | None) -> None:
    if muted and not muting.mute(notification):
        raise ValidationError({"muted": ["This is one of a kind, so there is nothing to mute."]})
    if muted is False:
        muting.unmute(notification)
