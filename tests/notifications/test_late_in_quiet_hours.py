"""What was accepted by day, and comes late, makes no sound at night either: a digest tells of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from mail.models import Delivery
from notifications.door import notify
from notifications.events import Email
from notifications.models import Held
from tasks import engine
from tasks.firing import fire_due
from tasks.models import Run
from tests.notifications.clocks import Clock, work
from tests.notifications.digests import be_quiet, change_settings, subjects, wish
from tests.notifications.pushed import browser_of
from tests.push_service import PushService
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = datetime(2025, 3, 9, 21, 50, tzinfo=UTC)
NIGHT = datetime(2025, 3, 9, 22, 30, tzinfo=UTC)
MORNING = datetime(2025, 3, 10, 7, tzinfo=UTC)


@pytest.fixture
def evening(clock: Clock, owner: User) -> Clock:
    """Ten minutes before it gets quiet."""
    be_quiet(owner, time(22), time(7))
    clock.goes_to(EVENING)
    return clock


def summaries(kind: str) -> list[str]:
    return list(Run.objects.filter(task__kind_name=kind).order_by("pk").values_list("summary", flat=True))


def try_again() -> None:
    Run.objects.filter(state=Run.State.PENDING).update(next_attempt_at=Now(), published_at=Now())


def test_a_push_that_no_worker_took_by_day(evening: Clock, owner: User, push_service: PushService) -> None:
    browser = browser_of(owner, push_service)
    wish(owner, push=True)
    notify(owner, title="Ended")
    evening.jumps_to(NIGHT)
    assert browser.asked == 0
    assert summaries("notification.push") == ["put off, as it is quiet"]
    evening.goes_to(MORNING)
    assert browser.shown == ["Ended"]


def test_a_push_whose_service_asked_to_wait(evening: Clock, owner: User, push_service: PushService) -> None:
    """Also for one of two browsers only: in the morning each shows it in the place of what it shows."""
    busy, free = browser_of(owner, push_service), browser_of(owner, push_service)
    wish(owner, push=True)
    busy.status, busy.retry_after = 429, "1800"
    notify(owner, title="Ended")
    for run in Run.objects.filter(state=Run.State.PENDING):
        engine.execute(run.pk)
    assert (busy.asked, free.shown) == (1, ["Ended"])
    busy.status = 201
    try_again()
    evening.jumps_to(NIGHT)
    assert busy.asked == 1
    evening.goes_to(MORNING)
    assert busy.shown == ["Ended"]


def test_a_push_that_may_disturb_comes_late(evening: Clock, owner: User, push_service: PushService) -> None:
    browser = browser_of(owner, push_service)
    wish(owner, push=True, in_quiet_hours=True)
    notify(owner, title="Fire")
    evening.jumps_to(NIGHT)
    assert browser.shown == ["Fire"]


def test_an_email_that_no_worker_took_by_day(evening: Clock, owner: User, sink: Sink) -> None:
    wish(owner, email=Email.NOW)
    notify(owner, title="Ended")
    evening.jumps_to(NIGHT)
    assert sink.messages() == []
    assert summaries("notification.email") == ["put off, as it is quiet"]
    evening.goes_to(MORNING)
    evening.passes(days=2)
    assert subjects(sink) == ["Ended"]


def test_an_email_whose_first_try_failed(evening: Clock, owner: User, sink: Sink) -> None:
    wish(owner, email=Email.NOW)
    notify(owner, title="Ended")
    run = Run.objects.get(task__kind_name="notification.email")
    Delivery.objects.create(run=run, user=owner, address=owner.email, attempts=1, error="Try later")
    evening.jumps_to(NIGHT)
    assert sink.messages() == []
    assert Delivery.objects.get(run=run).state == Delivery.State.CANCELLED
    evening.goes_to(MORNING)
    assert subjects(sink) == ["Ended"]


def test_an_email_that_was_sent_is_not_sent_again(evening: Clock, owner: User, sink: Sink) -> None:
    """The worker was lost before it could say that it was done."""
    wish(owner, email=Email.NOW)
    notify(owner, title="Ended")
    work()
    Run.objects.update(state=Run.State.PENDING, next_attempt_at=Now(), published_at=Now())
    evening.jumps_to(NIGHT)
    assert not Held.objects.exists()
    evening.goes_to(MORNING)
    assert subjects(sink) == ["Ended"]


def test_an_email_that_was_put_off_is_not_sent_besides(evening: Clock, owner: User, sink: Sink) -> None:
    wish(owner, email=Email.NOW)
    notify(owner, title="Ended")
    evening.jumps_to(NIGHT)
    evening.goes_to(MORNING)
    late = Run.objects.filter(task__kind_name="notification.email")
    late.update(state=Run.State.PENDING, next_attempt_at=Now(), published_at=Now())
    work()
    assert subjects(sink) == ["Ended"]


def test_a_digest_that_was_let_out_and_comes_late(evening: Clock, owner: User, sink: Sink) -> None:
    """No worker had time for its e-mail all day."""
    wish(owner, email=Email.NOW)
    evening.goes_to(NIGHT)
    notify(owner, title="Ended")
    evening.now = MORNING
    fire_due()
    engine.execute(Run.objects.get(task__kind_name="notification.digest").pk)
    run = Run.objects.get(task__kind_name="notification.digest.email")
    evening.now = NIGHT + timedelta(days=1)
    engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, sink.messages()) == (Run.State.PENDING, [])
    assert run.next_attempt_at - timezone.now() > timedelta(hours=8)
    evening.now = MORNING + timedelta(days=1)
    try_again()
    engine.execute(run.pk)
    assert subjects(sink) == ["Ended"]


def test_without_digests_an_email_stays_in_the_inbox_alone(evening: Clock, owner: User, sink: Sink) -> None:
    wish(owner, email=Email.NOW)
    change_settings(owner, digests=False)
    notify(owner, title="Ended")
    evening.jumps_to(NIGHT)
    evening.passes(days=2)
    assert sink.messages() == []
