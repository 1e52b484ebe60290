"""Who is connected is so by a session; and sessions end, which a web process may not get to hear of."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User


class SignedIn(NamedTuple):
    """By what somebody was let in."""

    user: int
    session_key: str
    auth_hash: str  # another one after a change of the password


def ended(all_signed_in: Collection[SignedIn]) -> set[SignedIn]:
    """Those who would not be let in any more by the same session; of some hundred users at a time."""
    users = User.objects.filter(pk__in={each.user for each in all_signed_in}, is_active=True)
    hashes = {user.pk: user.get_session_auth_hash() for user in users.only("password")}
    keys = {each.session_key for each in all_signed_in}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    alive = set(sessions.values_list("session_key", flat=True))
    return {
        each
        for each in all_signed_in
        if each.session_key not in alive or hashes.get(each.user) != each.auth_hash
    }
