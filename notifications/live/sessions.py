"""Who is connected is so by a session, a log-in or an API token; and those end, which a web process may not
get to hear of."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple, Self

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from api.credentials import Credential
from api.models import LogIn, Token

RESOURCE = "notifications"  # what a token has to reach to be let in


class SignedIn(NamedTuple):
    """By what somebody was let in."""

    user: int
    credential: Credential
    auth_hash: str  # another one after a change of the password

    @classmethod
    def by(cls, credential: Credential, user: User) -> Self:
        return cls(user.pk, credential, user.get_session_auth_hash())

    @property
    def is_in_a_browser(self) -> bool:
        """Whether somebody may sit in front of it; what programs are let in by are other credentials."""
        return self.credential.kind == "session"

    @property
    def ends_with_the_password(self) -> bool:
        return self.credential.kind != "token"


def ended(all_signed_in: Collection[SignedIn]) -> set[SignedIn]:
    """Those who would not be let in any more by the same credential; of some hundred users at a time."""
    users = User.objects.filter(pk__in={each.user for each in all_signed_in}, is_active=True)
    hashes = {user.pk: user.get_session_auth_hash() for user in users.only("password")}
    good = {kind: find(_keys(all_signed_in, kind)) for kind, find in GOOD.items()}
    return {
        each
        for each in all_signed_in
        if each.credential.key not in good[each.credential.kind]
        or (each.ends_with_the_password and hashes.get(each.user) != each.auth_hash)
    }


def _keys(all_signed_in: Collection[SignedIn], kind: str) -> set[str]:
    return {each.credential.key for each in all_signed_in if each.credential.kind == kind}


def _good_sessions(keys: set[str]) -> set[str]:
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(sessions.values_list("session_key", flat=True))


def _good_log_ins(keys: set[str]) -> set[str]:
    return {str(key) for key in LogIn.objects.good().filter(pk__in=keys).values_list("pk", flat=True)}


def _good_tokens(keys: set[str]) -> set[str]:
    credentials = [token.credential for token in Token.objects.good().filter(pk__in=keys)]
    return {credential.key for credential in credentials if credential.allows(RESOURCE, writes=False)}


GOOD: dict[str, Callable[[set[str]], set[str]]] = {
    "session": _good_sessions,
    "log-in": _good_log_ins,
    "token": _good_tokens,
}
