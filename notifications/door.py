"""The public door of `notifications`: telling people something, and nudging their browsers."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from notifications.dispatch import dispatch
from notifications.events import OTHER, Email, Event, register
from notifications.inbox.changing import change
from notifications.live.pushing import push
from notifications.models import Inbox, Notification
from notifications.wishes.chosen import Wishes
from tasks.titles import one_line

__all__ = ["Email", "Event", "notify", "one_line", "push", "register", "settle", "withdraw"]


def notify(
    user: User,
    *,
    title: str,
    event: str = OTHER,
    body: str = "",
    level: str = Notification.Level.INFO,
    url: str = "",
    panel: str = "",
    thread: str = "",
    together: str = "",
) -> Notification:
    """Put an entry into the user's inbox, in the caller's transaction; browsers hear of it after the commit.

    How else they are told, if at all, is as they wish for the `event`, the name of a registered one.
    `url` is a path of this site, of the page where one sees what it is about. `panel` is one of an HTML
    fragment for this user, such as buttons, which is shown with the entry and is fetched again when a frame
    with that path as its topic comes. `thread` names what repeats, and can be muted; unread entries of one
    are shown as one, called `together`, in which `{count}` stands for their number.
    """
    with transaction.atomic():
        inbox, wishes = Inbox.objects.lock_or_make(user.pk), Wishes(user)
        channels = wishes.channels(event, thread)
        entries = Notification.objects.filter(user=user)
        notification = entries.create(
            user=user,
            number=inbox.take_number(),
            event=event,
            title=one_line(title),
            body=body,
            level=level,
            url=url,
            panel=panel,
            thread=thread,
            together=one_line(together),
            count=1 + (entries.fold(thread) if together and channels.in_app else 0),
            **({} if channels.in_app else {"read_at": Now(), "archived_at": Now()}),
        )
        dispatch(notification, channels, wishes)
    return notification


def settle(user: User, panel: str) -> None:
    """Count the user's entries with this panel as read, and have it fetched again where it is shown."""
    change(user.pk, lambda entries: entries.filter(panel=panel).mark_read())
    push([user.pk], {"topic": panel})


def withdraw(user_id: int, url: str) -> None:
    """Say that what was at `url` is gone: none of the user's entries leads there, or has buttons, any more.

    Toasts that are shown at the moment have their panels fetched again, and find that they are gone.
    """
    if change(user_id, lambda entries: entries.filter(url=url).withdraw()):
        push([user_id], {"topic": url})
