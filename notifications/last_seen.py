"""Writing down when people were last here: Redis knows it of those who are, and forgets."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Case, DateTimeField, F, Q, When
from django.db.models.expressions import Combinable

from accounts.models import User
from notifications import presence
from notifications.models import Settings
from tasks.clock import in_seconds

USERS_PER_WRITE = 500


def record() -> None:
    """Of all who are online or left since the last time; raises PresenceUnknown.

    Those who left are forgotten only once they are written down.
    """
    presence.sweep()
    for departures in presence.departures():
        _write(departures)
    online = sorted(presence.online_users_even_hidden())
    for start in range(0, len(online), USERS_PER_WRITE):
        _write(dict.fromkeys(online[start : start + USERS_PER_WRITE], timedelta(0)))


def _write(seen: Mapping[int, timedelta]) -> None:
    """Forwards only, and not of those who hide."""
    with_settings = Settings.objects.filter(user__in=seen).values("user")
    others = User.objects.filter(pk__in=seen).exclude(pk__in=with_settings)
    Settings.objects.bulk_create([Settings(user=user) for user in others], ignore_conflicts=True)
    moment = _moment_of(seen)
    shown = Settings.objects.filter(user__in=seen, shows_presence=True).annotate(moment=moment)
    shown.filter(Q(last_seen_at=None) | Q(last_seen_at__lt=F("moment"))).update(last_seen_at=F("moment"))


def _moment_of(seen: Mapping[int, timedelta]) -> Combinable:
    """Of each row's user; usually they are all here now, and it is the same for all."""
    if len(different := set(seen.values())) == 1:
        return in_seconds(-different.pop().total_seconds())
    moments = [When(user=user, then=in_seconds(-ago.total_seconds())) for user, ago in seen.items()]
    return Case(*moments, output_field=DateTimeField())
