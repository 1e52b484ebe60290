"""The public door of `notifications`: telling people something, and nudging their browsers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.text import Truncator

from accounts.models import User
from notifications.frames import encode
from notifications.models import Inbox, Notification
from notifications.publisher import publisher

# They hold emoji of several people together, and letters of Persian or Hindi words apart.
JOINERS = "\u200c\u200d"


def notify(
    user: User,
    *,
    title: str,
    body: str = "",
    level: str = Notification.Level.INFO,
    url: str = "",
    panel: str = "",
) -> Notification:
    """Put an entry into the user's inbox, in the caller's transaction; browsers hear of it after the commit.

    `url` is a path of this site, of the page where one sees what it is about. `panel` is one of an HTML
    fragment for this user, such as buttons, which is shown with the entry and is fetched again when a frame
    with that path as its topic comes.
    """
    with transaction.atomic():
        notification = Notification.objects.create(
            user=user,
            number=Inbox.objects.take_number(user),
            title=one_line(title),
            body=body,
            level=level,
            url=url,
            panel=panel,
        )
        toast = {
            "number": notification.number,
            "title": notification.title,
            "level": notification.level,
            "url": notification.get_absolute_url(),
            "panel": panel,
            "about": url,
        }
        push([user.pk], {"topic": "notifications", "toast": toast})
    return notification


def settle(user: User, panel: str) -> None:
    """Count the user's entries with this panel as read, and have it fetched again where it is shown."""
    if Notification.objects.visible_to(user).filter(panel=panel).mark_read():
        push([user.pk], {"topic": "notifications"})
    push([user.pk], {"topic": panel})


def withdraw(user_id: int, url: str) -> None:
    """Say that what was at `url` is gone: none of the user's entries leads there, or has buttons, any more.

    Toasts that are shown at the moment have their panels fetched again, and find that they are gone.
    """
    if Notification.objects.filter(user=user_id, url=url).withdraw():
        push([user_id], {"topic": "notifications"})
        push([user_id], {"topic": url})


def push(user_ids: Iterable[int], frame: Mapping[str, Any]) -> None:
    """Send a frame to these users' browsers: at once, or after the commit when a transaction is open.

    It works from workers and from sync and async views, never waits and never raises. Frames may get lost,
    so they carry no state: `{"topic": "run:7"}` says where there is something new to fetch.
    """
    users, text = list(user_ids), encode(frame)

    def send() -> None:  # has a name, which a robust on_commit() logs
        publisher.put(users, text)

    if connection.in_atomic_block:
        transaction.on_commit(send, robust=True)
    else:
        send()


def one_line(title: str) -> str:
    """Fit to be a title and the subject of an e-mail: its words, without control characters."""
    printable = "".join(
        character if character.isprintable() or character in JOINERS else " " for character in title
    )
    return Truncator(" ".join(printable.split())).chars(200)
