"""What was held back is pushed as one, which tells of what is news by then, and is taken back."""

from datetime import UTC, datetime, time

import pytest
from django.db.models.functions import Now

from accounts.models import User
from notifications.door import notify
from notifications.inbox.changing import change
from notifications.models import Digest, Mute, Notification
from tasks import engine
from tasks.firing import fire_due
from tasks.models import Run
from tests.notifications.clocks import Clock
from tests.notifications.digests import be_quiet, wish
from tests.notifications.pushed import browser_of, pushing, send, signed_in
from tests.push_service import PushService, SubscribedBrowser

pytestmark = pytest.mark.django_db(transaction=True)

MORNING = datetime(2025, 3, 10, 7, tzinfo=UTC)
NEXT_NIGHT = datetime(2025, 3, 10, 22, 30, tzinfo=UTC)


@pytest.fixture
def browser(owner: User, push_service: PushService) -> SubscribedBrowser:
    return browser_of(owner, push_service)


@pytest.fixture
def night(clock: Clock, owner: User, browser: SubscribedBrowser, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is 23:00, and quiet from 22:00 until 7:00 for the owner, who wants pushes."""
    monkeypatch.setattr("notifications.web_push.summaries.database_now", lambda: clock.now)
    wish(owner, push=True)
    be_quiet(owner, time(22), time(7))
    clock.passes(hours=11)
    return clock


def read(*notifications: Notification) -> None:
    keys = [each.pk for each in notifications]
    change(notifications[0].user_id, lambda entries: entries.filter(pk__in=keys).mark_read())


def waiting_after_release(night: Clock) -> None:
    """In the morning, when the summary is about to be sent."""
    night.now = MORNING
    fire_due()
    for run in Run.objects.filter(task__kind_name="notification.digest"):
        engine.execute(run.pk)
    assert [run.state for run in pushing()] == ["pending"]


def news(user: User, tag: str) -> list[str]:
    found: list[str] = signed_in(user).get("/notifications/news/", {"tag": tag}).json()["news"]
    return found


def test_it_tells_how_many_and_of_the_newest(night: Clock, owner: User, browser: SubscribedBrowser) -> None:
    notify(owner, title="One")
    notify(owner, title="Two")
    night.goes_to(MORNING)
    [received] = browser.received
    shown = received.content["show"]
    assert (shown["title"], shown["body"]) == ("2 notifications while it was quiet", "Two")
    assert shown["url"] == "/notifications/"
    assert shown["tag"] == received.headers["Topic"] == f"summary-{Digest.objects.get().pk}"


def test_what_was_muted_or_switched_off_meanwhile_is_left_out(
    night: Clock, owner: User, browser: SubscribedBrowser
) -> None:
    wish(owner, "task.failed", push=True)
    kept = notify(owner, title="Kept")
    notify(owner, title="Muted", thread="task:7")
    notify(owner, title="Switched off", event="task.failed")
    Mute.objects.create(user=owner, thread="task:7", title="Muted")
    wish(owner, "task.failed", push=False)
    night.goes_to(MORNING)
    [received] = browser.received
    assert received.content["show"]["tag"] == f"notification-{kept.pk}"


def test_what_is_read_before_it_is_sent_does_not_count(
    night: Clock, owner: User, browser: SubscribedBrowser
) -> None:
    first, second, third = (notify(owner, title=title) for title in ("One", "Two", "Three"))
    waiting_after_release(night)
    read(third)
    send()
    assert browser.shown == ["2 notifications while it was quiet"]
    assert set(Notification.objects.filter(pushed=True)) == {first, second}


def test_it_is_not_sent_when_all_was_read(night: Clock, owner: User, browser: SubscribedBrowser) -> None:
    entries = [notify(owner, title=title) for title in ("One", "Two")]
    waiting_after_release(night)
    read(*entries)
    assert [run.summary for run in send()] == ["no news any more, not sent"]
    assert browser.asked == 0


@pytest.mark.parametrize("how", ["read", "deleted"])
def test_it_is_taken_back_with_the_last_of_what_it_tells_of(
    night: Clock, owner: User, browser: SubscribedBrowser, how: str
) -> None:
    first, second = notify(owner, title="One"), notify(owner, title="Two")
    night.goes_to(MORNING)
    digest = Digest.objects.get()
    tag = f"summary-{digest.pk}"
    if how == "read":
        read(first)
    else:
        change(owner.pk, lambda entries: entries.filter(pk=first.pk).remove())
    send()
    assert browser.withdrawn_summaries == []
    assert news(owner, tag) == [tag]
    if how == "read":
        read(second)
    else:
        change(owner.pk, lambda entries: entries.filter(pk=second.pk).remove())
    send()
    assert browser.withdrawn_summaries == [digest.pk]
    assert browser.received[-1].headers["Topic"] == tag
    assert news(owner, tag) == []


def test_of_two_nights_each_is_taken_back_by_itself(
    night: Clock, owner: User, browser: SubscribedBrowser
) -> None:
    first = [notify(owner, title=title) for title in ("One", "Two")]
    night.goes_to(NEXT_NIGHT)
    for title in ("Three", "Four"):
        notify(owner, title=title)
    night.passes(hours=10)
    assert len(browser.shown) == 2
    read(*first)
    send()
    assert browser.withdrawn_summaries == [Digest.objects.earliest("due_at").pk]


def test_read_while_it_is_sent_it_is_taken_back_after_it_came(
    night: Clock, owner: User, browser: SubscribedBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("One", "Two"):
        notify(owner, title=title)
    decrypt = browser.decrypt

    def read_first(body: bytes) -> dict[str, object]:
        if not browser.received:
            Notification.objects.update(read_at=Now(), pushed=False)
        return decrypt(body)

    monkeypatch.setattr(browser, "decrypt", read_first)
    night.goes_to(MORNING)
    assert browser.received[-1].content["summaries"] == [Digest.objects.get().pk]


def test_a_late_one_waits_until_the_next_quiet_hours_are_over(
    night: Clock, owner: User, browser: SubscribedBrowser
) -> None:
    for title in ("One", "Two"):
        notify(owner, title=title)
    waiting_after_release(night)
    night.now = NEXT_NIGHT
    [run] = send()
    assert (run.state, run.error, browser.asked) == ("pending", "It is quiet.", 0)
    Run.objects.filter(pk=run.pk).update(next_attempt_at=Now(), published_at=Now())
    night.now = datetime(2025, 3, 11, 7, tzinfo=UTC)
    send()
    assert browser.shown == ["2 notifications while it was quiet"]
