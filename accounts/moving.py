"""Saving people whose time zone may be another one than before."""

from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from accounts.signals import zone_changed


def save(user: User, write: Callable[[], object]) -> str | None:
    """Save the user by `write`, and send `zone_changed` if that stored another zone.

    Gives the page on which they are asked something on account of it, if there is one.
    """
    with transaction.atomic():
        stored = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
        old = stored.values_list("time_zone", flat=True).first()
        write()
        if old is None or old == user.time_zone:
            return None
        answers = zone_changed.send(User, user=user, old=old)
    return next((page for _, page in answers if page), None)
