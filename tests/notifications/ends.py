"""Ways in which what programs are let in by ends."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from api.models import LogIn, Token
from tests.notifications.programs import by_log_in, by_session, by_token

KnownBy = Callable[[User], APIClient]
End = Callable[[User], object]


def revoke(user: User) -> None:
    Token.objects.get(user=user).delete()


def reach_less(user: User) -> None:
    token = Token.objects.get(user=user)
    token.resources = ["notes"]
    token.save()


def end_log_in(user: User) -> None:
    LogIn.objects.get(user=user).delete()


def log_out(user: User) -> None:
    UserSession.objects.filter(user=user).delete()


def change_password(user: User) -> None:
    user.set_password("another horse battery staple")
    user.save()


def disable(user: User) -> None:
    user.is_active = False
    user.save()


def expire_token(user: User) -> None:
    Token.objects.filter(user=user).update(expires_at=Now())


def expire_log_in(user: User) -> None:
    LogIn.objects.filter(user=user).update(expires_at=Now())


def expire_session(_user: User) -> None:
    Session.objects.update(expire_date=timezone.now())


ENDED: list[tuple[KnownBy, End]] = [
    (by_token, revoke),
    (by_token, reach_less),
    (by_token, disable),
    (by_log_in, end_log_in),
    (by_log_in, change_password),
    (by_log_in, disable),
    (by_session, log_out),
    (by_session, change_password),
]
EXPIRED: list[tuple[KnownBy, End]] = [
    (by_token, expire_token),
    (by_log_in, expire_log_in),
    (by_session, expire_session),
]
