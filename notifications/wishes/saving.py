"""Keeping what somebody wishes to be told, how, and when not."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from notifications.models import Inbox, Settings
from notifications.wishes.choosing import choose
from notifications.wishes.holding import rearrange


def save(user: User, settings: Mapping[str, Any], choices: Mapping[str, Mapping[str, Any]]) -> None:
    """Change these fields of the user's Settings, and how they are told of these events, all of it at once.

    What is held back follows.
    """
    with transaction.atomic():
        Inbox.objects.lock_or_make(user.pk)
        Settings.objects.update_or_create(user=user, defaults=settings)
        for event, changes in choices.items():
            choose(user.pk, event, **changes)
        rearrange(user.pk)
