"""What the buttons of an occurrence say: Done, and until when it may be snoozed."""

from typing import Any

from django.utils import timezone

from reminders.models import Occurrence
from reminders.snoozing import in_words, offered


def buttons(occurrence: Occurrence) -> dict[str, Any]:
    """The context of `reminders/_buttons.html`, for its owner at this moment."""
    now, zone = timezone.now(), occurrence.task.owner.zone
    until = occurrence.snoozed_until
    return {
        "occurrence": occurrence,
        "choices": list(offered(now, zone)),
        "until": until and in_words(until, now, zone),
    }
