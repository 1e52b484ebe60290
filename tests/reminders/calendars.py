"""Random schedules, and a calendar program that reads the feed of somebody who has them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from django.test import Client
from icalendar import Calendar, Event

from accounts.models import User
from reminders.models import KIND, CalendarFeed, Reminder
from tasks.recurrence import Schedule, ScheduleError, clock_change, resolve

ZONES = (
    "Africa/Casablanca",  # forwards after Ramadan, and so on other days each year
    "America/New_York",
    "America/Sao_Paulo",  # has given up changing clocks
    "Antarctica/Troll",  # by two hours
    "Asia/Kolkata",  # half an hour off
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Berlin",
    "Europe/London",
    "UTC",
)
YEARS = range(2024, 2033)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=SA,SU",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=WE,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=2SU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
)
MINUTES = ("*", "0", "30", "59", "*/7", "*/15", "0,30", "0,20,40", "5-10", "15/20")
HOURS = ("*", "*/1", "*/2", "*/5", "0", "2", "3", "9", "23", "1-3", "2,4", "1,2,3", "8-18", "0-23")
DATES = ("*", "*", "*", "*", "1", "1,15", "29-31", "1-31", "*/3", "L", "LW")
MONTHS = ("*", "*", "*", "3,10", "4", "*/2")
WEEKDAYS = ("*", "*", "*", "*", "0", "7", "1-5", "0-7", "*/2", "MON#2", "5L", "SUN,2#1")


def random_schedules(random: Random, count: int) -> Iterator[tuple[Schedule, datetime]]:
    """Schedules of all kinds, each with a moment after which something is to come, mostly a clock change."""
    while count:
        zone = random.choice(ZONES)
        moment = _moment(random, ZoneInfo(zone))
        try:
            schedule = _schedule(random, zone, moment).settled()
        except ScheduleError:
            continue
        if schedule.after(moment):
            yield schedule, moment
            count -= 1


def _moment(random: Random, zone: ZoneInfo) -> datetime:
    """Up to some days before a clock change of the zone, or within it; any moment if it has none."""
    first = datetime(random.choice(YEARS), 1, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    changed = [day for day in days if clock_change(day.date(), zone)]
    near = resolve(random.choice(changed), zone) if changed else random.choice(days).replace(tzinfo=UTC)
    return near - timedelta(minutes=random.randint(-6 * 60, 3 * 1440))


def _schedule(random: Random, zone: str, moment: datetime) -> Schedule:
    wall = (moment - timedelta(minutes=random.randint(-3 * 1440, 400 * 1440))).astimezone(ZoneInfo(zone))
    starts = wall.replace(tzinfo=None, fold=0, second=random.choice((0, 0, 7)))
    if random.random() < 0.6:
        starts = starts.replace(hour=random.choice((0, 1, 2, 3)), minute=random.choice((0, 15, 30)))
    kind = random.choice(("once", "rule", "rule", "rule", "crontab", "crontab", "crontab"))
    if kind == "once":
        return Schedule(zone, starts)
    if kind == "rule":
        repeating = Schedule(zone, starts, rrule=random.choice(RULES))
    else:
        fields = map(random.choice, (MINUTES, HOURS, DATES, MONTHS, WEEKDAYS))
        repeating = Schedule(zone, random.choice((None, starts)), crontab=" ".join(fields))
    end = random.choice(("never", "never", "at", "after"))
    if end == "at":
        return replace(repeating, ends_at=moment + timedelta(minutes=random.randint(0, 100 * 1440)))
    if end == "after":
        return replace(repeating, starts=starts, max_runs=random.randint(1, 40))
    return repeating


def stored(owner: User, schedule: Schedule, moment: datetime, **fields: Any) -> Reminder:
    """A reminder that had its last firing before that moment."""
    reminder = Reminder(owner=owner, kind_name=KIND, **{"title": "Ring", "params": {"text": ""}, **fields})
    reminder.schedule, reminder.next_run_at = schedule, schedule.after(moment)
    reminder.save()
    return reminder


def address_of(user: User) -> str:
    """The path of a new address of the user's feed."""
    return f"/reminders/calendar.ics?key={CalendarFeed.objects.renew(user)}"


def subscribed(user: User) -> Calendar:
    """What a calendar program has read; it is not signed in."""
    answer = Client().get(address_of(user))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def event_of(calendar: Calendar, reminder: Reminder) -> Event:
    [event] = [event for event in calendar.events if event["UID"].startswith(f"reminder-{reminder.pk}@")]
    return event


class Reader:
    """A calendar program that shows one reminder of a calendar."""

    def __init__(self, calendar: Calendar, reminder: Reminder) -> None:
        alone = Calendar()
        for component in (*calendar.timezones, event_of(calendar, reminder)):
            alone.add_component(component)
        self._occurrences = recurring_ical_events.of(alone)

    def after(self, moment: datetime, count: int) -> list[datetime]:
        """The next times after the moment at which it is shown."""
        starts = map(_start_of, self._occurrences.after(moment - timedelta(days=1)))
        return list(islice((start for start in starts if start > moment), count))

    def between(self, low: datetime, high: datetime) -> list[datetime]:
        """The times at which it is shown after `low` and before `high`."""
        return sorted(start for start in map(_start_of, self._occurrences.between(low, high)) if start > low)


def _start_of(occurrence: Event) -> datetime:
    start: datetime = occurrence["DTSTART"].dt
    return start.astimezone(UTC)
