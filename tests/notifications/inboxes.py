"""What somebody was told, and what of it they see."""

from django.test import Client

from accounts.models import User
from notifications.door import notify
from notifications.models import Notification


def backup_finished(user: User, thread: str = "task:7", **fields: str) -> Notification:
    """One of what repeats."""
    words = {"title": "Backup finished", "together": "{count} runs of Backup finished", "url": "/tasks/"}
    return notify(user, thread=thread, **{**words, **fields})


def told(user: User, *titles: str, **fields: str) -> list[Notification]:
    return [notify(user, title=title, url="/tasks/", **fields) for title in titles]


def headings(client: Client, query: str = "") -> list[str]:
    """What a page of the inbox lists."""
    page = client.get(f"/notifications/{query}").context["page"]
    return [notification.heading for notification in page.notifications]


def lines(user: User) -> list[tuple[str, bool]]:
    """What the inbox holds, and whether it is unread, newest first."""
    shown = Notification.objects.visible_to(user).in_inbox().newest_first()
    return [(line.heading, not line.is_read) for line in shown]
