"""Hearing no more of what repeats."""

from notifications.inbox.changing import change
from notifications.models import Mute, Notification


def mute(notification: Notification) -> bool:
    """Tell its user of its thread no more; gives whether it has one. Open inboxes show that."""
    if not notification.thread:
        return False
    row = Mute(user_id=notification.user_id, thread=notification.thread, title=notification.topic)
    change(notification.user_id, lambda _: len(Mute.objects.bulk_create([row], ignore_conflicts=True)))
    return True


def unmute(notification: Notification) -> None:
    """Tell of it again."""
    mutes = Mute.objects.filter(user=notification.user_id, thread=notification.thread)
    change(notification.user_id, lambda _: mutes.delete()[0])


def end(mute: Mute) -> None:
    """The same for who looks at what they muted."""
    change(mute.user_id, lambda _: mute.delete()[0])
