"""Digests as their readers get them."""

import re
from datetime import time
from typing import Any

from django.db import transaction

from accounts.models import User
from notifications.models import Inbox, Settings
from notifications.wishes.choosing import choose
from notifications.wishes.holding import rearrange
from tests.smtp_sink import Received, Sink

LINK = re.compile(r"https://clock\.example/notifications/(\d+)/")


def be_quiet(user: User, begins: time | None = time(22), ends: time | None = time(7)) -> None:
    change_settings(user, quiet_from=begins, quiet_until=ends)


def change_settings(user: User, **values: Any) -> None:
    """As the settings page does."""
    with transaction.atomic():
        Inbox.objects.lock_or_make(user.pk)
        Settings.objects.update_or_create(user=user, defaults=values)
        rearrange(user.pk)


def wish(user: User, event: str = "other", **channels: Any) -> None:
    choose(user.pk, event, **channels)


def text_of(received: Received, subtype: str = "plain") -> str:
    part = received.message.get_body([subtype])
    assert part is not None
    return str(part.get_content())


def told_of(received: Received) -> set[int]:
    """The keys of the entries that a mail leads to."""
    return {int(key) for key in LINK.findall(text_of(received))}


def subjects(sink: Sink) -> list[str]:
    return [received.subject for received in sink.messages()]
