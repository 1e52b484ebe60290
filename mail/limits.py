"""Who may write to whom, and how much."""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from mail import addresses
from mail.models import DailyCount
from mail.recipients import Recipient, parse_recipients, split, too_many, typed_again

__all__ = ["Recipient", "accept", "check", "parse_recipients", "reserve", "split", "typed_again"]


def accept(owner: User, recipients: Sequence[Recipient]) -> None:
    """Let `owner` write to the recipients, and count it. Raises ValidationError({"recipients": […]}).

    Joins the caller's transaction: when that is rolled back, nothing was counted.
    """
    check(owner, recipients)
    reserve(owner, len(recipients))


def check(owner: User, recipients: Sequence[Recipient]) -> None:
    """Whether `owner` may write to the recipients at all; raises as `accept` does, and counts nothing."""
    if len(recipients) > settings.MAIL_MAX_RECIPIENTS:
        raise _refused(too_many())
    if not _all_are(owner, recipients) and not owner.has_verified_email():
        raise _refused("Confirm your own e-mail address before you write to others.")


def reserve(owner: User, count: int) -> None:
    """Count `count` messages against the owner's limit of today (UTC), or raise ValidationError."""
    limit = settings.MAIL_DAILY_LIMIT
    with transaction.atomic():
        today = DailyCount(owner=owner, day=timezone.now().date())
        DailyCount.objects.bulk_create([today], ignore_conflicts=True)
        row = DailyCount.objects.filter(owner=owner, day=today.day)
        if not row.filter(count__lte=limit - count).update(count=F("count") + count):
            left = max(0, limit - row.get().count)
            raise _refused(f"That is more than today's limit of {limit} messages; {left} are left.")


def _all_are(owner: User, recipients: Sequence[Recipient]) -> bool:
    try:
        own_address = addresses.normalise(owner.email)
    except ValidationError:
        own_address = ""
    return all(one.user_id == owner.pk or one.address == own_address != "" for one in recipients)


def _refused(message: str) -> ValidationError:
    return ValidationError({"recipients": [message]})
