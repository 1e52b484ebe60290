"""By what somebody who shows an inbox can tell that they missed something of it."""

from collections.abc import Iterable

from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce

from notifications.models import Announcement, AnnouncementCounter, Inbox


def versions_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The version of each of these users' inboxes; some hundred at a time."""
    announced, over = AnnouncementCounter.objects.head(), Announcement.objects.over().count()
    users = list(user_ids)
    found = dict(Inbox.objects.filter(user__in=users).values_list("user", "version"))
    return {user: version_of(found.get(user), announced, over) for user in users}


def version_of(inbox: int | None, announced: int | None, over: int) -> str:
    """`announced` is up to where announcements are taken in, `over` how many have expired by themselves."""
    return f"{inbox or 0}.{announced or 0}.{over}"


def number_over() -> Coalesce:
    """How many announcements have expired, to be asked for together with something else."""
    counted = Announcement.objects.over().order_by().values(all=Value(1)).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)
