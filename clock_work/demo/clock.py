"""The clock of those in the demo."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from tasks.door import Schedule
from tasks.recurrence import resolve

ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)


def days_ago(days: int, hour: int, minute: int = 0) -> datetime:
    day = timezone.now().astimezone(BERLIN).date() - timedelta(days=days)
    return resolve(datetime.combine(day, time(hour, minute)), BERLIN)


def in_days(days: int, hour: int) -> datetime:
    return days_ago(-days, hour)


def minutes_ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def once(moment: datetime) -> Schedule:
    return Schedule.at(moment, ZONE)


def every(crontab: str) -> Schedule:
    return Schedule(ZONE, crontab=crontab)
