"""Making a personal API token: once for each time it was asked for, and not too many."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from api.models import IdempotentRequest, Token

MOST = 50


class TooMany(Exception):  # noqa: N818 - a state, not a mistake
    """The user has as many as one may have."""


class MadeAlready(Exception):  # noqa: N818 - a state, not a mistake
    """The same form has come before; what it made was shown then."""


def make(user: User, key: UUID, **fields: Any) -> tuple[Token, str]:
    """A new token with its secret, which is kept nowhere. `key` names what asked for it; raises TooMany, and
    MadeAlready."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if Token.objects.visible_to(user).count() >= MOST:
            raise TooMany
        asked = {"caller": f"tokens:{user.pk}", "key": str(key)}
        _, is_first = IdempotentRequest.objects.get_or_create(**asked, defaults={"user": user})
        if not is_first:
            raise MadeAlready
        token = Token(user=user, **fields)
        secret = token.renew_secret()
        token.save()
    return token, secret
