"""Sessions of people who are not here any more. They open nothing, but hold a name or an address."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User

AT_A_TIME = 500


def forget_sessions_of_nobody() -> int:
    """Delete the sessions of people whose account is gone, in the cache, too; gives how many."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    forgotten = 0
    for some in _all_sessions():
        owners = {session.session_key: _owner_of(session.get_decoded()) for session in some}
        known = User.objects.filter(pk__in={owner for owner in owners.values() if owner})
        here = {None, *known.values_list("pk", flat=True)}
        for key in [key for key, owner in owners.items() if owner not in here]:
            store(key).delete()
            forgotten += 1
    return forgotten


def _owner_of(content: dict[str, Any]) -> int | None:
    try:
        return int(content[SESSION_KEY] if SESSION_KEY in content else _owner_half_way(content))
    except (KeyError, TypeError, ValueError):
        return None


def _owner_half_way(content: dict[str, Any]) -> Any:
    """Who has given their password, and is asked for more."""
    return url_str_to_user_pk(content[LOGIN_SESSION_KEY]["user_pk"])


def _all_sessions() -> Iterator[list[Session]]:
    last = ""
    while some := list(Session.objects.filter(pk__gt=last).order_by("pk")[:AT_A_TIME]):
        yield some
        last = some[-1].pk
