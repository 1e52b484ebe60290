"""Tickets, with which programs open a WebSocket: each is good once and for a moment, so that an address which
somebody reads later opens nothing."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict

from redis.exceptions import RedisError

from api.credentials import Credential
from api.models import hashed
from notifications.live.sessions import SignedIn
from notifications.redis_client import impatient_redis

SECONDS = 30
KEYS = "ws-tickets:"


class TicketsAway(Exception):  # noqa: N818 - a state, not a mistake
    """Redis, which keeps them, does not answer."""


def issue(signed_in: SignedIn) -> str:
    """A ticket by which `signed_in` is let in. Raises TicketsAway."""
    ticket = secrets.token_urlsafe(32)
    try:
        impatient_redis().set(key_of(ticket), _written(signed_in), ex=SECONDS)
    except (RedisError, OSError) as error:
        raise TicketsAway from error
    return ticket


def take(ticket: str) -> SignedIn | None:
    """Who was given it; None if nobody was, it was taken before, or it is too old. Raises TicketsAway."""
    try:
        found = impatient_redis().getdel(key_of(ticket))
    except (RedisError, OSError) as error:
        raise TicketsAway from error
    return _read(str(found)) if found else None


def key_of(ticket: str) -> str:
    """Who reads what Redis holds finds no ticket in it."""
    return KEYS + hashed(ticket)


def _written(signed_in: SignedIn) -> str:
    credential = {**asdict(signed_in.credential), "resources": sorted(signed_in.credential.resources)}
    return json.dumps([signed_in.user, credential, signed_in.auth_hash])


def _read(text: str) -> SignedIn:
    user, credential, auth_hash = json.loads(text)
    resources = frozenset(credential.pop("resources"))
    return SignedIn(user, Credential(resources=resources, **credential), auth_hash)
