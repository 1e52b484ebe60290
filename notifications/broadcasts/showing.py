"""What open pages are told of announcements: one frame for all, however many they are."""

from collections.abc import Sequence
from typing import Any

from notifications.broadcasts.reach import does_not_want_toasts, hearers_of
from notifications.live.pushing import push
from notifications.models import Announcement
from notifications.presence.online import PresenceUnknown, online_users_even_hidden

PEOPLE_PER_SECOND = 100  # of those who look again at the same moment
LONGEST_SPREAD = 30
MOST_HIDDEN = 50


def show(announcement: Announcement) -> None:
    """Let it come up where a page is open, but not where no toasts are wanted; all look again."""
    hearers, online = hearers_of(announcement), _online_users()
    look_again = _look_again(online)
    if hearers is None and online is None:  # nobody can tell who of them wants no toast: they ask themselves
        push(None, look_again)
        return
    quiet = does_not_want_toasts((online or set()) if hearers is None else hearers)
    frame = {**look_again, "toast": toast_of(announcement)}
    if hearers is None:
        push(None, frame, but=sorted(quiet))
    else:
        push([user for user in hearers if user not in quiet], frame)
    if quiet:
        push(sorted(quiet), look_again)


def hide(announcements: Sequence[Announcement]) -> None:
    """Let it go from wherever it is shown."""
    gone = [announcement.get_absolute_url() for announcement in announcements[:MOST_HIDDEN]]
    push(None, {**_look_again(_online_users()), "gone": gone})


def toast_of(announcement: Announcement) -> dict[str, Any]:
    """What browsers show of it at once; `seconds` is for how long at most. Its number is another one in each
    inbox."""
    toast: dict[str, Any] = {
        "title": announcement.title,
        "level": announcement.level,
        "url": announcement.get_absolute_url(),
        "panel": "",
        "about": announcement.get_absolute_url(),
    }
    if announcement.seconds_left is not None:
        toast["seconds"] = announcement.seconds_left
    return toast


def _online_users() -> set[int] | None:
    """None when nobody can tell."""
    try:
        return online_users_even_hidden()
    except PresenceUnknown:
        return None


def _look_again(online: set[int] | None) -> dict[str, Any]:
    """Told to look again, and not all at the same moment."""
    within = LONGEST_SPREAD if online is None else min(LONGEST_SPREAD, len(online) // PEOPLE_PER_SECOND)
    return {"topic": "notifications", **({"within": within} if within else {})}
