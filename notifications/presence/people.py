"""The people here and those who were lately, as far as they let themselves be seen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Now

from accounts import usercodes
from accounts.models import User
from notifications.live.frames import SOMEBODY_CAME_OR_WENT
from notifications.live.pushing import push
from notifications.models import Settings
from notifications.presence.online import PresenceUnknown, online_users_even_hidden

PER_PAGE = 100
LATELY = timedelta(days=7)
MOST_SEEN_LATELY = 50
LONGEST_QUERY = 30


def shown_to(viewer: User) -> QuerySet[User]:
    """Who may be shown as online to the viewer: who does not hide, and they themselves."""
    return User.objects.filter(Q(pk=viewer.pk) | ~Exists(_hiding()), is_active=True)


def is_anybody_shown(users: Collection[int]) -> bool:
    """Whether one of these lets others see when they are online."""
    return User.objects.filter(~Exists(_hiding()), pk__in=users, is_active=True).exists()


def shows_presence(user: User) -> bool:
    return not Settings.objects.filter(user=user, shows_presence=False).exists()


def set_visibility(user: User, *, shows_presence: bool) -> None:
    """Who hides is gone from all open lists at once, and nothing is left of when they were last seen."""
    with transaction.atomic():
        Settings.objects.bulk_create([Settings(user=user)], ignore_conflicts=True)
        mine = Settings.objects.filter(user=user)
        mine.update(shows_presence=shows_presence, **({} if shows_presence else {"last_seen_at": None}))
        push(None, SOMEBODY_CAME_OR_WENT)


@dataclass(frozen=True)
class People:
    """Those whose name or usercode holds what was searched for; `here` is None when nobody can tell."""

    here: Page[User] | None
    seen_lately: list[Settings]

    @classmethod
    def found(cls, viewer: User, query: str, page: str | None) -> People:
        try:
            online = online_users_even_hidden()
        except PresenceUnknown:
            return cls(None, _seen_lately(viewer, query, set()))
        here = Paginator(people_online(viewer, query, online), PER_PAGE).get_page(page)
        return cls(here, _seen_lately(viewer, query, online) if not here.has_next() else [])


def people_online(viewer: User, query: str, online: Collection[int]) -> QuerySet[User]:
    found = shown_to(viewer).filter(_matches(query), pk__in=online)
    return found.order_by(Lower("username"))


def people_seen_lately(viewer: User, query: str, online: Collection[int]) -> QuerySet[User]:
    """Those who are not here, each with `last_seen_at`."""
    seen = shown_to(viewer).filter(pk__in=_seen(query, online).values("user"))
    return seen.annotate(last_seen_at=F("notification_settings__last_seen_at"))


def _seen_lately(viewer: User, query: str, online: Collection[int]) -> list[Settings]:
    """The last first, without those who are here."""
    others = _seen(query, online).exclude(user=viewer)
    return list(others.select_related("user").order_by("-last_seen_at")[:MOST_SEEN_LATELY])


def _seen(query: str, online: Collection[int]) -> QuerySet[Settings]:
    seen = Settings.objects.filter(
        _matches(query, "user__"),
        shows_presence=True,
        last_seen_at__gt=Now() - LATELY,
        user__is_active=True,
    )
    return seen.exclude(user__in=online)


def _matches(query: str, path: str = "") -> Q:
    if not query:
        return Q()
    by_username: dict[str, Any] = {f"{path}username__icontains": query.removeprefix("@")}
    by_name: dict[str, Any] = {f"{path}name__icontains": query}
    code = usercodes.normalise(query)
    return Q(**by_username) | Q(**by_name) | (Q(**{f"{path}usercode__contains": code}) if code else Q())


def _hiding() -> QuerySet[Settings]:
    """Says in a query of users that this one hides."""
    return Settings.objects.filter(user=OuterRef("pk"), shows_presence=False)
