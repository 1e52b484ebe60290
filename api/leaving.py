"""What becomes of programs that acted for somebody whose account goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver

from accounts.belongings import belongings, counted
from accounts.models import User
from accounts.signals import user_deleting
from api.models import IdempotentRequest, LogIn, Token


@belongings
def programs(user: User) -> Iterator[str]:
    yield from counted(Token.objects.visible_to(user).count(), "API token", "API tokens")
    log_ins = LogIn.objects.visible_to(user).count()
    yield from counted(log_ins, "program that is logged in", "programs that are logged in")


@receiver(user_deleting)
def forget_what_was_asked_with_their_address(user: User, **_: Any) -> None:
    """Who tried to sign up with it is answered for a day as the first time, and so it is kept for a day."""
    IdempotentRequest.objects.filter(user=None, body__email__iexact=user.email).delete()
