"""The sessions of somebody's browsers: where they are logged in, and how that ends.

Each has a row of allauth's `UserSession`, which ends together with it: who deletes the row ends the session,
and `session_ended` is sent, by a receiver. A session that ends by itself leaves its row behind for a while;
`visible_to` leaves those out.
"""

import time
from collections import OrderedDict

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import User

NO_ADDRESS = "::"  # says that there is none (RFC 4291, section 2.5.2)
LONGEST_USER_AGENT: int = UserSession._meta.get_field("user_agent").max_length
SECONDS_BETWEEN_NOTES = 60.0
MOST_REMEMBERED = 10_000

# When this process last noted which session: whoever goes from page to page costs one write in a minute.
_noted: OrderedDict[str, float] = OrderedDict()


def visible_to(user: User) -> QuerySet[UserSession]:
    """Those of theirs that let in."""
    living = Session.objects.filter(expire_date__gt=Now()).values("session_key")
    own: QuerySet[UserSession] = UserSession.objects.filter(user=user.pk, session_key__in=living)
    return own


def leave_by(request: HttpRequest) -> None:
    """Somebody logs out by this request: their session is about to end, and their browser to forget it."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.was_left = True  # type: ignore[attr-defined]


def was_left_by(request: HttpRequest) -> bool:
    return getattr(request.session, "was_left", False)


def end_refused(user: User) -> None:
    """End what lets them in no more, after a change of their password or when they are disabled.

    Who changes their own password stays, and is given another session by whoever does that for them.
    """
    own = UserSession.objects.filter(user=user.pk)
    stored = Session.objects.filter(session_key__in=own.values("session_key"))
    good = user.get_session_auth_hash() if user.is_active else None
    kept = {row.session_key for row in stored if good and row.get_decoded().get(HASH_SESSION_KEY) == good}
    request = context.request
    if good and request and request.user.pk == user.pk:
        kept.add(request.session.session_key)
    own.exclude(session_key__in=kept).delete()


def note(request: HttpRequest, user: User) -> bool:
    """Keep that this session was here just now, and where that is.

    Gives False when it has ended: a cache that was asked at that very moment may have brought it back.
    """
    key = request.session.session_key
    if not key or time.monotonic() < _noted.get(key, -SECONDS_BETWEEN_NOTES) + SECONDS_BETWEEN_NOTES:
        return True
    seen = {"ip": _address_of(request), "user_agent": _user_agent_of(request), "last_seen_at": Now()}
    if not UserSession.objects.filter(session_key=key, user=user).update(**seen):
        if not Session.objects.filter(session_key=key).exists():
            return False
        _begin(key, user, seen)
    _remember(key)
    return True


def move(old: str, request: HttpRequest, user: User) -> None:
    """The session goes on by another key, which it gets when the password is changed, since as long ago.

    Its row of the `old` key is for `leave` to end.
    """
    since = (
        UserSession.objects.filter(session_key=old, user=user).values_list("created_at", flat=True).first()
    )
    with transaction.atomic():
        note(request, user)
        if since:
            UserSession.objects.filter(session_key=request.session.session_key).update(created_at=since)


def leave(old: str, user: User) -> None:
    """End what is left of a session that goes on by another key, once its browser has been sent that one: the
    browser's other pages hear of this, and then ask whether they are still signed in."""
    UserSession.objects.filter(session_key=old, user=user).delete()


def _begin(key: str, user: User, seen: dict[str, object]) -> None:
    """Of two requests at once, one is the first."""
    row = UserSession(session_key=key, user_id=user.pk, created_at=Now(), **seen)
    try:
        with transaction.atomic():
            UserSession.objects.bulk_create([row], ignore_conflicts=True)
    except IntegrityError:  # the account was deleted meanwhile
        pass


def _remember(key: str) -> None:
    _noted[key] = time.monotonic()
    _noted.move_to_end(key)
    while len(_noted) > MOST_REMEMBERED:
        _noted.popitem(last=False)


def _address_of(request: HttpRequest) -> str:
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:  # a server at a local socket knows none
        return NO_ADDRESS
    return address


def _user_agent_of(request: HttpRequest) -> str:
    named: str = request.META.get("HTTP_USER_AGENT", "")
    return named.replace("\0", "")[:LONGEST_USER_AGENT]
