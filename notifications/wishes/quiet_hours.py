"""Quiet hours: arithmetic on somebody's wall clock, without a database or a clock of its own.

Each night is one interval, however clocks are changed in it: from the first moment at which they show
`begins`, up to the last at which they show `ends`; a time that is left out is the first moment after the gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.recurrence import resolve, resolve_last

DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From `begins` until `ends`, which differ, on clocks in the zone; over midnight if it ends earlier."""

    begins: time
    ends: time
    zone: ZoneInfo

    def until(self, moment: datetime) -> datetime | None:
        """The end of the quiet that there is at an aware moment, in UTC; None when it is not quiet then.

        Where clocks set back let one night run into the next, it is the end of both.
        """
        end = self._end_of_nights(moment)
        while end and (later := self._end_of_nights(end)):
            end = later
        return end

    def _end_of_nights(self, moment: datetime) -> datetime | None:
        ends = [end for start, end in self._nights_around(moment) if start <= moment < end]
        return max(ends, default=None)

    def _nights_around(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """All that could hold the moment, also where clocks were moved by a whole day."""
        today = moment.astimezone(self.zone).date()
        for days in range(-2, 2):
            day = today + days * DAY
            last_day = day if self.begins < self.ends else day + DAY
            start = resolve(datetime.combine(day, self.begins), self.zone)
            yield start, resolve_last(datetime.combine(last_day, self.ends), self.zone)
