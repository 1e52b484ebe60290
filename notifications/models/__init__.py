"""What is stored of telling people things: their inboxes, what they wish, and what waits for them."""

from notifications.models.broadcasts import (
    Announcement,
    AnnouncementCounter,
    AnnouncementQuerySet,
    Broadcast,
    BroadcastQuerySet,
)
from notifications.models.digests import Digest, Held
from notifications.models.inbox import Inbox, Notification, NotificationQuerySet
from notifications.models.subscriptions import PushSubscription
from notifications.models.wishes import Mute, Preference, Settings

__all__ = [
    "Announcement",
    "AnnouncementCounter",
    "AnnouncementQuerySet",
    "Broadcast",
    "BroadcastQuerySet",
    "Digest",
    "Held",
    "Inbox",
    "Mute",
    "Notification",
    "NotificationQuerySet",
    "Preference",
    "PushSubscription",
    "Settings",
]
