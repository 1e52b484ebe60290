"""What is to be in the daily digest waits for it, and comes in one e-mail."""

from datetime import UTC, datetime, time

import pytest

from accounts.models import User
from accounts.moving import save
from notifications.door import notify
from notifications.events import Email
from notifications.models import Digest
from tests.notifications.clocks import Clock
from tests.notifications.digests import be_quiet, change_settings, subjects, told_of, wish
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(clock: Clock, owner: User) -> Clock:
    """Sunday noon; whatever has no line of its own goes into the daily digest."""
    wish(owner, email=Email.DIGEST)
    return clock


def test_it_comes_at_eight_by_the_clock_of_its_reader(day: Clock, owner: User, sink: Sink) -> None:
    owner.time_zone = "Europe/Berlin"
    save(owner, owner.save)
    first = notify(owner, title="One")
    day.passes(hours=10)
    second = notify(owner, title="Two")
    day.goes_to(datetime(2025, 3, 10, 6, 59, tzinfo=UTC))
    assert sink.messages() == []
    day.passes(minutes=1)
    [digest] = sink.messages()
    assert digest.subject == "Your digest: 2 notifications"
    assert told_of(digest) == {first.pk, second.pk}
    day.passes(days=2)
    assert len(sink.messages()) == 1


def test_what_comes_at_the_very_moment_is_for_the_next_one(day: Clock, owner: User, sink: Sink) -> None:
    day.goes_to(datetime(2025, 3, 10, 8, tzinfo=UTC))
    notify(owner, title="One")
    day.passes(hours=23)
    assert sink.messages() == []
    day.passes(hours=1)
    assert subjects(sink) == ["One"]


def test_in_quiet_hours_it_comes_at_their_end_with_what_they_held(
    day: Clock, owner: User, sink: Sink
) -> None:
    change_settings(owner, digest_at=time(6))
    be_quiet(owner)
    wish(owner, "task.failed", email=Email.NOW)
    daily = notify(owner, title="Daily")
    day.goes_to(datetime(2025, 3, 10, 5, tzinfo=UTC))
    at_night = notify(owner, title="Failed", event="task.failed")
    day.goes_to(datetime(2025, 3, 10, 6, 30, tzinfo=UTC))
    late = notify(owner, title="Daily, too")
    be_quiet(owner)  # saved again, which puts nothing off
    day.goes_to(datetime(2025, 3, 10, 6, 59, tzinfo=UTC))
    assert sink.messages() == []
    day.passes(minutes=1)
    assert [told_of(digest) for digest in sink.messages()] == [{daily.pk, at_night.pk, late.pk}]


def test_another_time_moves_it(day: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    change_settings(owner, digest_at=time(18, 30))
    day.goes_to(datetime(2025, 3, 9, 18, 29, tzinfo=UTC))
    assert sink.messages() == []
    day.passes(minutes=1)
    assert subjects(sink) == ["One"]
    assert Digest.objects.count() == 1


def test_another_time_zone_moves_it(day: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    owner.time_zone = "Asia/Tokyo"
    save(owner, owner.save)
    day.goes_to(datetime(2025, 3, 9, 23, tzinfo=UTC))
    assert subjects(sink) == ["One"]


def test_switched_off_it_never_comes(day: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    change_settings(owner, digests=False)
    notify(owner, title="Two")
    assert not Digest.objects.exists()
    day.passes(days=2)
    assert sink.messages() == []
