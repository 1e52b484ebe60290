"""Whatever comes, is read, and is chosen otherwise, also while clocks are changed: what was held back and not
read is told of in exactly one digest, none before its time, and a quiet night ends with one at most.

The model here knows each notification's time by itself. That of quiet hours is `QuietHours`', which is held
against watched clocks elsewhere; that of the daily digest is found by walking a clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.moving import save
from notifications.door import notify
from notifications.events import Email
from notifications.inbox.changing import change
from notifications.models import Held
from notifications.wishes.quiet_hours import QuietHours
from tests.factories import make_user
from tests.notifications.clocks import Clock
from tests.notifications.digests import change_settings, told_of, wish
from tests.smtp_sink import Sink
from tests.tasks.oracle import DAY, clock_changes, moment_of

pytestmark = pytest.mark.django_db

NUMBERS = count(1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago")
AT_NIGHT = st.builds(time, st.sampled_from([0, 1, 2, 3, 7, 21, 22]), st.sampled_from([0, 15, 30]))


@dataclass
class Model:
    """What should happen to one person."""

    zone: str
    quiet: tuple[time, time] | None = None
    digest_at: time = time(8)
    digests: bool = True
    due: dict[int, tuple[str, datetime]] = field(default_factory=dict)  # why it is held, and until when
    sent: list[tuple[datetime, set[int]]] = field(default_factory=list)

    def quiet_until(self, moment: datetime) -> datetime | None:
        return QuietHours(*self.quiet, ZoneInfo(self.zone)).until(moment) if self.quiet else None

    def next_digest(self, moment: datetime) -> datetime:
        """The first, put off to the end of quiet hours, that comes after the moment."""
        zone = ZoneInfo(self.zone)
        today = moment.astimezone(zone).date()
        days = (
            moment_of(datetime.combine(today + days * DAY, self.digest_at), zone) for days in range(-2, 4)
        )
        return min(told for each in days if (told := self.quiet_until(each) or each) > moment)

    def tell(self, key: int, reason: str, now: datetime) -> None:
        """Hold it, if it is to be."""
        until = self.next_digest(now) if reason == "daily" else self.quiet_until(now)
        if until and self.digests:
            self.due[key] = (reason, until)

    def choose(self, now: datetime, **values: Any) -> None:
        """What is held follows, but for what is due."""
        for name, value in values.items():
            setattr(self, name, value)
        for key, (reason, until) in list(self.due.items()):
            if until <= now:
                continue
            if not self.digests:
                del self.due[key]
            elif reason == "daily":
                self.due[key] = (reason, self.next_digest(now))
            else:
                self.due[key] = (reason, self.quiet_until(now) or now)

    def pass_to(self, moment: datetime) -> None:
        """All that is due until then is sent at its time."""
        for until in sorted({until for _, until in self.due.values() if until <= moment}):
            self._send(until, until)

    def jump_to(self, moment: datetime) -> None:
        """What is due is late: it is sent then, each digest by itself, or waits for the end of the night."""
        for until in sorted({until for _, until in self.due.values() if until <= moment}):
            later = self.quiet_until(moment)
            if later and later > until:
                for key in self._due_at(until):
                    self.due[key] = (self.due[key][0], later)
            else:
                self._send(until, moment)

    def _due_at(self, until: datetime) -> set[int]:
        return {key for key, (_, its) in self.due.items() if its == until}

    def _send(self, until: datetime, moment: datetime) -> None:
        keys = self._due_at(until)
        self.sent.append((moment, keys))
        for key in keys:
            del self.due[key]


class Person:
    """Somebody told, who acts, beside what the model says."""

    def __init__(self, clock: Clock, sink: Sink, zone: str) -> None:
        self.clock, self.sink = clock, sink
        self.user = make_user(f"user{next(NUMBERS)}", time_zone=zone)
        self.model = Model(zone)
        self.unread: list[int] = []
        self.at_once: set[int] = set()
        wish(self.user, "other", email=Email.DIGEST)
        wish(self.user, "task.finished", email=Email.NOW)
        self.steps: dict[str, Callable[[Any], None]] = {
            "daily": lambda _: self.tell("daily", "other"),
            "quiet": lambda _: self.tell("quiet", "task.finished"),
            "read": self.read,
            "pass": self.pass_minutes,
            "jump": self.jump_minutes,
            "hours": lambda hours: self.choose(quiet=hours),
            "digest_at": lambda at: self.choose(digest_at=at),
            "digests": lambda wanted: self.choose(digests=wanted),
            "zone": self.move,
        }

    def tell(self, reason: str, event: str) -> None:
        key = notify(self.user, title=f"It is {reason}", event=event).pk
        self.unread.append(key)
        if reason == "quiet" and self.model.quiet_until(self.clock.now) is None:
            self.at_once.add(key)
        else:
            self.model.tell(key, reason, self.clock.now)
        self.pass_minutes(0)

    def read(self, index: int) -> None:
        if self.unread:
            key = self.unread.pop(index % len(self.unread))
            change(self.user.pk, lambda entries: entries.filter(pk=key).mark_read())
            self.model.due.pop(key, None)

    def pass_minutes(self, minutes: int) -> None:
        moment = self.clock.now + timedelta(minutes=minutes)
        self.model.pass_to(moment)
        self.clock.goes_to(moment)

    def jump_minutes(self, minutes: int) -> None:
        moment = self.clock.now + timedelta(minutes=minutes)
        self.model.jump_to(moment)
        self.clock.jumps_to(moment)

    def choose(self, **values: Any) -> None:
        self.model.choose(self.clock.now, **values)
        if "quiet" in values:
            values["quiet_from"], values["quiet_until"] = values.pop("quiet") or (None, None)
        change_settings(self.user, **values)
        self.pass_minutes(0)

    def move(self, zone: str) -> None:
        self.model.choose(self.clock.now, zone=zone)
        self.user.time_zone = zone
        save(self.user, self.user.save)
        self.pass_minutes(0)

    def told(self) -> list[set[int]]:
        return [told_of(received) for received in self.sink.messages()]

    def digests(self) -> list[tuple[datetime, set[int]]]:
        """When each that was e-mailed was let out, and what it told of."""
        found = [(moment, told) for told in self.told() for moment in closings(told)]
        return sorted(found, key=lambda each: (each[0], min(each[1])))


def closings(told: set[int]) -> set[datetime]:
    """When the digests that held these were let out; none if they went out at once."""
    held = Held.objects.filter(notification__in=told).select_related("digest")
    return {each.digest.closed_at for each in held if each.digest.closed_at}


steps = st.one_of(
    st.tuples(st.sampled_from(["daily", "quiet"]), st.none()),
    st.tuples(st.just("pass"), st.integers(1, 1500)),
    st.tuples(st.just("jump"), st.integers(1, 3000)),
    st.tuples(st.just("read"), st.integers(0, 9)),
    st.tuples(
        st.just("hours"), st.none() | st.lists(AT_NIGHT, min_size=2, max_size=2, unique=True).map(tuple)
    ),
    st.tuples(st.just("digest_at"), AT_NIGHT),
    st.tuples(st.just("digests"), st.booleans()),
    st.tuples(st.just("zone"), st.sampled_from(ZONES)),
)


@pytest.fixture(autouse=True)
def long_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """All examples are one test, which may take longer than the lease keeper rests."""
    monkeypatch.setattr("django.conf.settings.TASKS_LEASE_SECONDS", 600.0)


@st.composite
def beginnings(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and a moment in the two days before its clocks are changed; any, where they never are."""
    zone = draw(st.sampled_from(ZONES))
    changes = clock_changes(ZoneInfo(zone), 2023, 2024) or (datetime(2024, 2, 28, tzinfo=UTC),)
    return zone, draw(st.sampled_from(changes)) - timedelta(minutes=draw(st.integers(0, 2880)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    beginning=beginnings(),
    night=st.none() | st.just((time(22), time(7))) | st.just((time(1, 30), time(3))),
    course=st.lists(steps, min_size=4, max_size=20),
)
def test_what_was_held_is_told_of_once_and_at_its_time(
    clock: Clock,
    sink: Sink,
    beginning: tuple[str, datetime],
    night: tuple[time, time] | None,
    course: list[tuple[str, Any]],
) -> None:
    zone, clock.now = beginning
    sink.reset()
    person = Person(clock, sink, zone)
    person.choose(quiet=night)
    for name, value in course:
        person.steps[name](value)
    person.pass_minutes(3 * 1440)

    assert person.model.due == {}
    expected = sorted(person.model.sent, key=lambda each: (each[0], min(each[1])))
    assert person.digests() == expected
    told = [key for keys in person.told() for key in keys]
    assert len(told) == len(set(told))
    assert set(told) == person.at_once | {key for _, keys in expected for key in keys}
    person.user.delete()
