"""By what somebody who shows an inbox can tell that they missed something of it."""

from collections.abc import Iterable

from notifications.models import AnnouncementCounter, Inbox


def versions_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The version of each of these users' inboxes; some hundred at a time."""
    announced = AnnouncementCounter.objects.head()
    users = list(user_ids)
    found = dict(Inbox.objects.filter(user__in=users).values_list("user", "version"))
    return {user: version_of(found.get(user), announced) for user in users}


def version_of(inbox: int | None, announced: int | None) -> str:
    return f"{inbox or 0}.{announced or 0}"
