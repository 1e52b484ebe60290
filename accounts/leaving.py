"""Leaving: deleting one's own account."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from accounts.models import User
from accounts.publishing import publish

LAST_SUPERUSER = (
    "You are the last superuser who can log in. Make somebody else one first, so that the site is not left "
    "without anybody who looks after it."
)


class LastSuperuser(Exception):  # noqa: N818 - a state, not a mistake
    """Nobody would be left who may do everything."""


def leave(user: User) -> None:
    """Delete the account with everything of it, and send one last letter to its address.

    Does nothing when it is gone already. Raises LastSuperuser, and `accounts.deletion.Busy`.
    """
    with transaction.atomic():
        if is_last_superuser(user):
            raise LastSuperuser
        leaver = User.objects.filter(pk=user.pk).first()
        if leaver and leaver.delete()[0]:
            letter = partial(publish, "accounts.say_goodbye", leaver.username, leaver.email)
            transaction.on_commit(letter, robust=True)


def is_last_superuser(user: User) -> bool:
    """Inside a transaction the answer holds until that ends: of two who leave at once, one waits."""
    if not user.is_superuser:
        return False
    superusers = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    if transaction.get_connection().in_atomic_block:
        superusers = superusers.select_for_update(no_key=True)
    return list(superusers.values_list("pk", flat=True)) == [user.pk]
