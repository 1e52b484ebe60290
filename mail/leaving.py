"""What becomes of mail when somebody's account goes: of what they sent, nothing stays; of what they got, what
its sender knew."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import user_deleting
from mail import journal
from mail.models import Delivery

LEFT = "left-"


@receiver(user_deleting)
def forget_address(user: User, **_: Any) -> None:
    """Others keep what they wrote to, as they named it. Who picked them by name never saw the address."""
    by_name = Delivery.objects.filter(user=user, by_name=True)
    by_name.update(address=Concat(Value(LEFT), Cast("pk", CharField())), user=None)
    transaction.on_commit(journal.forget_what_is_gone, robust=True)
