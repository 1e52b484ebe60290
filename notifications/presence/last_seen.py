"""Writing down when people were last here: Redis knows it of those who are, and forgets."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import Q

from accounts.models import User
from notifications.chunks import chunks
from notifications.models import Settings
from notifications.presence.online import departures, online_users_even_hidden, sweep
from tasks.clock import in_seconds


def record() -> None:
    """Of all who are online or left since the last time; raises PresenceUnknown.

    Those who left are forgotten only once they are written down.
    """
    sweep()
    for left in departures():
        for seconds, users in _by_seconds(left).items():
            _write(users, seconds)
    for online in chunks(sorted(online_users_even_hidden())):
        _write(online, 0)


def _by_seconds(left: Mapping[int, timedelta]) -> Mapping[int, list[int]]:
    """In a minute there are few of them, however many people left, and so few writes."""
    users: dict[int, list[int]] = defaultdict(list)
    for user, ago in left.items():
        users[round(ago.total_seconds())].append(user)
    return users


def _write(users: Collection[int], seconds_ago: int) -> None:
    """Forwards only, and not of those who hide."""
    with_settings = Settings.objects.filter(user__in=users).values("user")
    others = User.objects.filter(pk__in=users).exclude(pk__in=with_settings)
    Settings.objects.bulk_create([Settings(user=user) for user in others], ignore_conflicts=True)
    moment = in_seconds(-seconds_ago)
    shown = Settings.objects.filter(user__in=users, shows_presence=True)
    shown.filter(Q(last_seen_at=None) | Q(last_seen_at__lt=moment)).update(last_seen_at=moment)
