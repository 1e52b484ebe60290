"""Calendars as text that calendar programs read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDuration, vRecur, vText

from reminders.ical.clock_changes import vtimezone
from reminders.ical.recurrence import YEARS, Recurrence

PRODUCT = "-//Clock Work//Reminders//EN"
REFRESH = timedelta(hours=1)
NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class Text(vText):  # type: ignore[misc]
    """What somebody typed, without the control characters that iCalendar has no place for.

    It is escaped here, because `icalendar` writes a line end for a backslash before an N.
    """

    def to_ical(self) -> bytes:
        plain = NOT_IN_TEXT.sub("", self.replace("\r\n", "\n").replace("\r", "\n"))
        return plain.translate(ESCAPED).encode()


@dataclass(frozen=True)
class Entry:
    """What a calendar shows at certain times. `uid` stays the same whatever else of it changes."""

    uid: str
    title: str
    recurrence: Recurrence
    created_at: datetime
    text: str = ""
    url: str = ""


def calendar(entries: Iterable[Entry], *, name: str, organizer: tuple[str, str], now: datetime) -> bytes:
    """The calendar as iCalendar text, published by `organizer` (a name and an address) at the moment `now`.

    Its entries take up no time and leave people free. When they were last changed is not kept, and so not
    said: neither LAST-MODIFIED nor SEQUENCE is there, and DTSTAMP tells, as RFC 5545 has it for what is
    published, when the text was made.
    """
    events = [_event(entry, organizer, now) for entry in entries]
    component = Calendar()
    component.add("PRODID", PRODUCT)
    component.add("VERSION", "2.0")
    component.add("CALSCALE", "GREGORIAN")
    component.add("METHOD", "PUBLISH")
    component.add("NAME", name)
    component.add("X-WR-CALNAME", name)
    component.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    component.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for zone, years in _zones(events).items():
        component.add_component(vtimezone(zone, min(years) - 1, max(years) + YEARS))
    for event in events:
        component.add_component(event)
    text: bytes = component.to_ical()
    return text


def _event(entry: Entry, organizer: tuple[str, str], now: datetime) -> Event:
    recurrence = entry.recurrence
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", now)
    event.add("CREATED", entry.created_at)
    event.add("DTSTART", recurrence.start)
    if recurrence.rrule:
        event.add("RRULE", vRecur.from_ical(recurrence.rrule))
    if recurrence.exdates:
        event.add("EXDATE", list(recurrence.exdates))
    if recurrence.rdates:
        event.add("RDATE", list(recurrence.rdates))
    event.add("SUMMARY", Text(entry.title))
    if entry.text:
        event.add("DESCRIPTION", Text(entry.text))
    if entry.url:
        event.add("URL", entry.url)
    event.add("ORGANIZER", _address(*organizer))
    event.add("TRANSP", "TRANSPARENT")
    return event


def _zones(events: Iterable[Event]) -> dict[ZoneInfo, list[int]]:
    """The zones by whose clocks events begin, and in which years."""
    found: dict[ZoneInfo, list[int]] = {}
    for start in (event["DTSTART"] for event in events):
        if "TZID" in start.params:
            found.setdefault(start.dt.tzinfo, []).append(start.dt.year)
    return found


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = name
    return address
