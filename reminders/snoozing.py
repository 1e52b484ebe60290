"""Until when something may be snoozed, by the clock of whose reminder it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.dateformat import format as format_date

from tasks.recurrence import resolve

EVENING, MORNING = time(18), time(9)
ENOUGH_AHEAD = timedelta(hours=1)
LONGEST = timedelta(days=3660)
PICK = "pick"


@dataclass(frozen=True)
class Choice:
    """One of the buttons. `until(now, zone)` is the moment it stands for when it is pressed."""

    name: str
    label: str
    until: Callable[[datetime, ZoneInfo], datetime]


def _in(**amount: int) -> Callable[[datetime, ZoneInfo], datetime]:
    return lambda now, zone: now + timedelta(**amount)


def _on_day(days: int, at: time) -> Callable[[datetime, ZoneInfo], datetime]:
    def until(now: datetime, zone: ZoneInfo) -> datetime:
        day = now.astimezone(zone).date() + timedelta(days=days)
        return resolve(datetime.combine(day, at), zone)

    return until


TONIGHT = Choice("evening", "This evening", _on_day(0, EVENING))
CHOICES = (
    Choice("10-minutes", "10 minutes", _in(minutes=10)),
    Choice("1-hour", "1 hour", _in(hours=1)),
    TONIGHT,
    Choice("tomorrow", "Tomorrow at 09:00", _on_day(1, MORNING)),
)


def offered(now: datetime, zone: ZoneInfo) -> Iterator[Choice]:
    """Those that make sense now: the evening only while it is an hour off."""
    for choice in CHOICES:
        if choice is not TONIGHT or choice.until(now, zone) - now >= ENOUGH_AHEAD:
            yield choice


def moment_of(name: str, typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that the choice stands for; that of “pick” was typed, as <input type="datetime-local"> does.

    Raises ValidationError in words for what is no moment, is past, or years away.
    """
    if name == PICK:
        until = resolve(_understood(typed), zone)
    else:
        choice = next((choice for choice in CHOICES if choice.name == name), None)
        if choice is None:
            raise ValidationError("Choose until when.")
        until = choice.until(now, zone)
    check(until, now)
    return until


def check(until: datetime, now: datetime) -> None:
    """Raises ValidationError in words for what is past, or years away."""
    if until <= now:
        raise ValidationError("That time has passed.")
    if until - now > LONGEST:
        raise ValidationError("That is too far away.")


def _understood(typed: str) -> datetime:
    """The wall clock's time, of which the calendar lets days be added and taken away."""
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        raise ValidationError("Give a date and a time.") from None
    if wall.tzinfo or not 1900 < wall.year < 9000:
        raise ValidationError("Give a date and a time.")
    return wall.replace(microsecond=0)


def in_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Such as "14:10", "tomorrow at 09:00" or "1 December at 09:00", as said by somebody in that zone."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    clock = format_date(local, "H:i")
    if local.date() == today:
        return clock
    if local.date() == today + timedelta(days=1):
        return f"tomorrow at {clock}"
    day = format_date(local, "j F" if local.year == today.year else "j F Y")
    return f"{day} at {clock}"
