"""By what somebody who shows an inbox can tell that they missed something of it."""

from collections.abc import Iterable

from notifications.models import AnnouncementCounter, Inbox

USERS_AT_ONCE = 500


def versions_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The version of each of these users' inboxes."""
    announced = AnnouncementCounter.objects.head()
    versions: dict[int, str] = {}
    everybody = list(user_ids)
    for start in range(0, len(everybody), USERS_AT_ONCE):
        users = everybody[start : start + USERS_AT_ONCE]
        found = dict(Inbox.objects.filter(user__in=users).values_list("user", "version"))
        versions |= {user: version_of(found.get(user), announced) for user in users}
    return versions


def version_of(inbox: int | None, announced: int | None) -> str:
    return f"{inbox or 0}.{announced or 0}"
