"""On which ways a notification goes out."""

from typing import Any

from notifications.events import Email
from notifications.live.pushing import push
from notifications.models import Notification
from notifications.web_push.sending import start_push
from notifications.wishes.chosen import Channels, Wishes
from notifications.wishes.holding import hold_back
from tasks.door import start


def dispatch(notification: Notification, channels: Channels, wishes: Wishes) -> None:
    """Send it out on these channels, or hold it back, in the transaction that wrote it."""
    at_once = hold_back(notification, channels, wishes)
    frame: dict[str, Any] = {"topic": "notifications"}
    if wishes.shows_toast(at_once):
        frame["toast"] = toast_of(notification)
    push([notification.user_id], frame)
    if at_once.email == Email.NOW:
        start("notification.email", owner=notification.user, params={"notification": notification.pk})
    if at_once.push:
        start_push(notification)


def toast_of(notification: Notification) -> dict[str, Any]:
    """What browsers show of it at once; `seconds` is for how long at most, where it is over by itself."""
    toast = {
        "number": notification.number,
        "title": notification.title,
        "level": notification.level,
        "url": notification.get_absolute_url(),
        "panel": notification.panel,
        "about": notification.url,
    }
    if notification.announcement and notification.announcement.seconds_left is not None:
        toast["seconds"] = notification.announcement.seconds_left
    return toast
