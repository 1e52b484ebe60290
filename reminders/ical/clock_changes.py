"""When the clocks of a zone are changed, and how a calendar is told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ENOUGH_YEARS = 5


@dataclass(frozen=True)
class ClockChange:
    """From the moment `at` (UTC) on, clocks are `after` ahead of UTC, and until then `before`."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def wall(self) -> datetime:
        """What clocks would show if they had not been changed: the first time that is left out in spring."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def gap(self) -> timedelta:
        """How much is left out; negative for what comes twice."""
        return self.after - self.before


@lru_cache(maxsize=1024)
def clock_changes(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[ClockChange, ...]:
    """Those of the years, both included."""
    first = datetime(first_year, 1, 1, tzinfo=UTC)
    days = (datetime(last_year + 1, 1, 1, tzinfo=UTC) - first).days
    midnights = [first + number * DAY for number in range(days + 1)]
    pairs = pairwise((midnight, _offset(midnight, zone)) for midnight in midnights)
    return tuple(
        ClockChange(_moment(low, high, zone), before, after)
        for (low, before), (high, after) in pairs
        if before != after
    )


@lru_cache(maxsize=512)
def vtimezone(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """The zone as a component for calendar programs that do not know it by name, right for those years.

    Changes that come by the same rule each year are said by that rule, and so go on beyond.
    """
    component = Timezone()
    component.add("TZID", zone.key)
    beginning = datetime(first_year, 1, 1, tzinfo=UTC)
    offset = _offset(beginning, zone)
    component.add_component(_observance(zone, beginning, offset, offset, [beginning.replace(tzinfo=None)]))
    onsets: dict[tuple[timedelta, timedelta, str], list[ClockChange]] = defaultdict(list)
    for change in clock_changes(zone, first_year, last_year):
        onsets[change.before, change.after, _name(change.at, zone)].append(change)
    for (before, after, _), alike in onsets.items():
        walls = [change.wall for change in alike]
        component.add_component(_observance(zone, alike[0].at, before, after, walls))
    return component


def _observance(
    zone: ZoneInfo, moment: datetime, before: timedelta, after: timedelta, onsets: list[datetime]
) -> TimezoneStandard | TimezoneDaylight:
    component = (TimezoneDaylight if moment.astimezone(zone).dst() else TimezoneStandard)()
    component.add("DTSTART", onsets[0])
    component.add("TZOFFSETFROM", before)
    component.add("TZOFFSETTO", after)
    component.add("TZNAME", _name(moment, zone))
    if rule := _yearly_rule(onsets):
        component.add("RRULE", vRecur.from_ical(rule))
    elif onsets[1:]:
        component.add("RDATE", onsets[1:])
    return component


def _yearly_rule(onsets: list[datetime]) -> str:
    """The rule by which they come, such as on the last Sunday of March each year; empty if they do not."""
    years = [onset.year for onset in onsets]
    patterns = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    if len(onsets) < ENOUGH_YEARS or len(patterns) > 1 or years != list(range(years[0], years[-1] + 1)):
        return ""
    numbers = {(onset.day + 6) // 7 for onset in onsets}
    number = -1 if all((onset + 7 * DAY).month != onset.month for onset in onsets) else numbers.pop()
    if number != -1 and numbers:
        return ""
    return f"FREQ=YEARLY;BYMONTH={onsets[0].month};BYDAY={number}{WEEKDAYS[onsets[0].weekday()]}"


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _name(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).tzname() or zone.key


def _moment(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `low` with another offset, to the second."""
    before = _offset(low, zone)
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high
