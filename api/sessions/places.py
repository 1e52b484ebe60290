"""Where somebody is logged in: the browsers with a session of theirs, and the programs with a log-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework_simplejwt.settings import api_settings

from accounts import sessions
from accounts.models import User
from accounts.requests import to_number
from accounts.user_agents import browser_named
from api.credentials import Credential
from api.models import LogIn

MOST = 100  # of each kind, the newest


@dataclass(frozen=True)
class Place:
    """`address`: from where it was last seen, where that is known; `is_this`: the one that asks."""

    id: str
    kind: Literal["browser", "program"]
    name: str
    address: str | None
    since: datetime
    last_seen: datetime
    is_this: bool


def browsers_of(user: User, asking: Credential) -> list[Place]:
    """The one that asks first, then those that were here last."""
    newest = sessions.visible_to(user).order_by("-last_seen_at", "-pk")[:MOST]
    return _this_first([_browser(session, asking) for session in newest])


def programs_of(user: User, asking: Credential) -> list[Place]:
    newest = LogIn.objects.visible_to(user).order_by("-expires_at", "-pk")[:MOST]
    return _this_first([_program(log_in, asking) for log_in in newest])


def find(user: User, key: str) -> UserSession | LogIn:
    """What lets them in at the place with this `id`; raises Http404."""
    number = to_number(key)
    if number is not None:
        return get_object_or_404(sessions.visible_to(user), pk=number)
    try:
        return get_object_or_404(LogIn.objects.visible_to(user), pk=UUID(key))
    except ValueError as error:
        raise Http404 from error


def end_others(user: User, asking: Credential) -> None:
    """Log them out everywhere but where they ask it."""
    others, log_ins = UserSession.objects.filter(user=user.pk), LogIn.objects.filter(user=user.pk)
    if asking.kind == "session":
        others = others.exclude(session_key=asking.key)
    elif asking.kind == "log-in":
        log_ins = log_ins.exclude(pk=asking.key)
    others.delete()
    log_ins.delete()


def _this_first(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: not place.is_this)


def _browser(session: UserSession, asking: Credential) -> Place:
    return Place(
        id=str(session.pk),
        kind="browser",
        name=browser_named(session.user_agent),
        address=None if session.ip == sessions.NO_ADDRESS else session.ip,
        since=session.created_at,
        last_seen=session.last_seen_at,
        is_this=asking == Credential("session", session.session_key),
    )


def _program(log_in: LogIn, asking: Credential) -> Place:
    """It was seen when it last got its next tokens, by which its expiry moved."""
    return Place(
        id=str(log_in.pk),
        kind="program",
        name="A program",
        address=None,
        since=log_in.created_at,
        last_seen=max(log_in.created_at, log_in.expires_at - api_settings.REFRESH_TOKEN_LIFETIME),
        is_this=asking == log_in.credential,
    )
