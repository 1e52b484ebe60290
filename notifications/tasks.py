"""What has to be done for notifications now and then."""

import logging

from celery import shared_task

from notifications.presence import last_seen
from notifications.presence.online import PresenceUnknown

logger = logging.getLogger(__name__)


@shared_task(name="notifications.record_last_seen")
def record_last_seen() -> None:
    try:
        last_seen.record()
    except PresenceUnknown as error:
        logger.warning("who was seen is recorded a minute later: %r", error.__cause__)
