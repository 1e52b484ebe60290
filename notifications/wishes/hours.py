"""When somebody may be told things, by their settings and on their clock."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from accounts.models import User
from notifications.models import Settings
from notifications.wishes.chosen import Channels
from notifications.wishes.quiet_hours import QuietHours
from tasks.errors import Later
from tasks.recurrence import Schedule


class Hours:
    """Those of a user, read when they are needed: whoever holds the inbox gets them as they are now."""

    def __init__(self, user_id: int, settings: Settings | None = None, zone: ZoneInfo | None = None) -> None:
        self._user_id = user_id
        self._settings = settings
        self._zone = zone

    @cached_property
    def settings(self) -> Settings:
        stored = self._settings or Settings.objects.filter(user=self._user_id).first()
        return stored or Settings(user_id=self._user_id)

    @cached_property
    def zone(self) -> ZoneInfo:
        return self._zone or User.objects.only("time_zone").get(pk=self._user_id).zone

    def quiet_until(self, moment: datetime) -> datetime | None:
        """The end of the quiet hours it is in; None when it is in none."""
        begins, ends = self.settings.quiet_from, self.settings.quiet_until
        return QuietHours(begins, ends, self.zone).until(moment) if begins and ends else None

    def silence(self, channels: Channels, moment: datetime) -> datetime | None:
        """Until when what came at that moment, and is told on these channels, is held back; None if not."""
        return None if channels.in_quiet_hours else self.quiet_until(moment)

    def next_digest(self, moment: datetime) -> datetime:
        """When the next daily digest after `moment` goes out: one of quiet hours at their end."""
        at = self.settings.digest_at
        daily = Schedule(self.zone.key, crontab=f"{at.minute} {at.hour} * * *")
        last, following = daily.latest(moment), daily.upcoming(moment, 1)[0]
        still_quiet = last and self.quiet_until(last)
        if still_quiet and still_quiet > moment:
            return still_quiet
        return self.quiet_until(following) or following


def wait_while_quiet(user_id: int, now: datetime) -> None:
    """For a run that has waited, and whose message may be late. Raises Later, until quiet hours are over."""
    quiet_until = Hours(user_id).quiet_until(now)
    if quiet_until:
        raise Later((quiet_until - now).total_seconds(), "It is quiet.")
