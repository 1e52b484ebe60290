"""What somebody is told is pushed to their browsers, once, and what a push service answers is heeded."""

import time
from email.utils import formatdate

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import User
from notifications.door import notify
from notifications.models import Notification, Preference
from notifications.web_push import services as push_services
from notifications.web_push.messages import MOST_SUMMARIES, MOST_WITHDRAWN, showing, withdrawal
from notifications.web_push.services import LONGEST_PAUSE, seconds_to_wait
from tasks.clock import database_now
from tasks.models import Run
from tests.notifications.pushed import browser_of, is_subscribed, pushing, send
from tests.push_service import PushService

pytestmark = pytest.mark.django_db(transaction=True)
LARGEST = 3993  # RFC 8291, 4: what fits into the 4096 bytes that every push service takes


def test_each_browser_shows_it_as_plain_text(push_service: PushService, owner: User) -> None:
    laptop, phone = browser_of(owner, push_service), browser_of(owner, push_service)
    entry = notify(owner, title="<b>Größe</b>", body="<script>no</script>", url="/about/", level="error")
    runs = send()
    assert [(run.state, run.summary) for run in runs] == [("completed", "sent")] * 2
    for browser in (laptop, phone):
        [received] = browser.received
        shown = received.content["show"]
        assert shown["title"] == "<b>Größe</b>"
        assert shown["body"] == "<script>no</script>"
        assert shown["url"] == f"/notifications/{entry.pk}/"
        assert shown["about"] == "/about/"
        assert shown["tag"] == received.headers["Topic"] == f"notification-{entry.pk}"
        assert shown["urgent"]
        assert received.headers["Urgency"] == "high"
        assert int(received.headers["TTL"]) > 80_000


def test_somebody_elses_browser_hears_nothing(push_service: PushService, owner: User, stranger: User) -> None:
    browser = browser_of(stranger, push_service)
    notify(owner, title="For me alone")
    send()
    assert browser.asked == 0


def test_without_a_key_nothing_is_sent(push_service: PushService, owner: User, settings: Settings) -> None:
    browser_of(owner, push_service)
    settings.WEB_PUSH_PRIVATE_KEY = ""
    notify(owner, title="Ended")
    assert pushing() == []


def test_who_wishes_no_pushes_gets_none(push_service: PushService, owner: User) -> None:
    browser_of(owner, push_service)
    Preference.objects.create(
        user=owner, event="other", in_app=True, email="off", push=False, in_quiet_hours=False
    )
    notify(owner, title="Ended")
    assert pushing() == []


def test_what_is_not_for_the_inbox_may_be_pushed_all_the_same(push_service: PushService, owner: User) -> None:
    browser = browser_of(owner, push_service)
    Preference.objects.create(
        user=owner, event="other", in_app=False, email="off", push=True, in_quiet_hours=False
    )
    notify(owner, title="Ended")
    send()
    assert browser.shown == ["Ended"]


@pytest.mark.parametrize("how", ["read", "deleted"])
def test_what_was_read_or_deleted_meanwhile_is_not_sent(
    push_service: PushService, owner: User, how: str
) -> None:
    browser = browser_of(owner, push_service)
    entry = notify(owner, title="Ended")
    entries = Notification.objects.filter(pk=entry.pk)
    entries.delete() if how == "deleted" else entries.mark_read()
    [run] = send()
    assert (run.state, run.summary) == ("completed", "no news any more, not sent")
    assert browser.asked == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(push_service: PushService, owner: User, status: int) -> None:
    gone, there = browser_of(owner, push_service), browser_of(owner, push_service)
    gone.status = status
    notify(owner, title="Ended")
    assert {run.state for run in send()} == {"completed"}
    assert not is_subscribed(gone)
    assert is_subscribed(there)
    assert there.shown == ["Ended"]


@pytest.mark.parametrize("status", [301, 302, 400, 403, 413])
def test_what_will_not_work_is_given_up(push_service: PushService, owner: User, status: int) -> None:
    browser, elsewhere = browser_of(owner, push_service), push_service.subscribe()
    browser.status, browser.location = status, elsewhere.endpoint
    notify(owner, title="Ended")
    [run] = send()
    assert (run.state, run.attempts_made) == ("failed", 1)
    assert str(status) in run.error or "too large" in run.error
    assert browser.asked == 1
    assert elsewhere.asked == 0
    assert is_subscribed(browser)
    assert Notification.objects.filter(user=owner).count() == 1  # nobody is told of it


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_work_later_is_tried_again_and_not_sooner_than_asked(
    push_service: PushService, owner: User, status: int
) -> None:
    busy, free = browser_of(owner, push_service), browser_of(owner, push_service)
    busy.status, busy.retry_after = status, "120"
    notify(owner, title="Ended")
    first, second = send()
    assert (first.state, second.state) == ("pending", "completed")
    assert str(status) in first.error
    assert 110 < (first.next_attempt_at - database_now()).total_seconds() <= 120
    busy.status = 201
    Run.objects.filter(pk=first.pk).update(next_attempt_at=Now(), published_at=Now())
    send()
    assert busy.shown == free.shown == ["Ended"]


def test_a_service_that_does_not_answer_is_waited_for_once(
    push_service: PushService, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_services, "PATIENCE", (1, 0.3))
    silent, other = browser_of(owner, push_service), browser_of(owner, push_service)
    silent.hangs = True
    notify(owner, title="Ended")
    first, second = send()
    assert (first.state, second.state) == ("pending", "pending")
    assert "did not answer" in first.error
    assert "does not answer at the moment" in second.error
    assert (silent.asked, other.asked) == (1, 0)
    assert second.tries_left == second.task.kind.retry.limit


def test_a_kill_between_sending_and_noting_it_repeats_what_changes_nothing(
    push_service: PushService, owner: User
) -> None:
    browser = browser_of(owner, push_service)
    notify(owner, title="Ended")
    [run] = send()
    Run.objects.filter(pk=run.pk).update(state="pending", next_attempt_at=Now(), published_at=Now())
    send()
    first, again = browser.received
    assert first.content == again.content


def test_what_waited_too_long_is_not_sent(push_service: PushService, owner: User) -> None:
    browser = browser_of(owner, push_service)
    notify(owner, title="Ended")
    Run.objects.update(due_at=database_now().replace(year=2020))
    [run] = send()
    assert run.summary == "too late to be worth it, not sent"
    assert browser.asked == 0


def test_the_largest_fits(push_service: PushService, owner: User) -> None:
    entry = Notification(
        pk=10**18,
        user=owner,
        title="😀" * 200,
        body="\x01" * 5000,
        url="/" + "x" * 499,
        created_at=database_now(),
    )
    message = showing(entry, [10**18 + number for number in range(500)])
    assert len(message.encode()) <= LARGEST
    keys = range(10**18, 10**18 + MOST_WITHDRAWN)
    assert len(withdrawal(keys, keys[:MOST_SUMMARIES]).encode()) <= LARGEST


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("", 0), ("120", 120), ("soon", 0), ("-5", 0), ("9" * 30, LONGEST_PAUSE), ("Mon, 99 Foo", 0)],
)
def test_how_long_a_service_asks_to_wait(retry_after: str, seconds: float) -> None:
    assert seconds_to_wait(retry_after) == seconds


def test_how_long_until_a_date() -> None:
    assert seconds_to_wait(formatdate(time.time() + 100, usegmt=True)) == pytest.approx(100, abs=3)
