"""In quiet hours nothing makes a sound; when they end, one digest tells of what is still unread."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from accounts.models import User
from accounts.moving import save
from notifications.door import notify, withdraw
from notifications.events import Email
from notifications.inbox.changing import change
from notifications.models import Digest, Held, Mute, Notification, PushSubscription
from tasks.models import Run, Task
from tests.notifications.clocks import Clock, work
from tests.notifications.digests import be_quiet, change_settings, subjects, text_of, told_of, wish
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

committing = pytest.mark.django_db(transaction=True)  # what is pushed is pushed after the commit

MORNING = datetime(2025, 3, 10, 7, tzinfo=UTC)


@pytest.fixture
def night(clock: Clock, owner: User) -> Clock:
    """It is 23:00, and quiet from 22:00 until 7:00 for the owner, who wants e-mail at once."""
    wish(owner, email=Email.NOW)
    be_quiet(owner)
    clock.passes(hours=11)
    return clock


def read(notification: Notification) -> None:
    change(notification.user_id, lambda entries: entries.filter(pk=notification.pk).mark_read())


@committing
def test_the_entry_is_there_at_once_and_the_rest_waits_for_the_end(
    night: Clock, owner: User, sink: Sink, pushes: list[Any]
) -> None:
    first, second = notify(owner, title="One"), notify(owner, title="Two")
    assert Notification.objects.visible_to(owner).in_inbox().unread().count() == 2
    assert [frame for _, frame in pushes] == [{"topic": "notifications"}] * 2  # no toast
    night.passes(hours=7, minutes=59)
    assert sink.messages() == []
    night.passes(minutes=1)
    [digest] = sink.messages()
    assert digest.to == ["owner@example.com"]
    assert digest.subject == "2 notifications while it was quiet"
    assert told_of(digest) == {first.pk, second.pk}
    night.passes(days=3)
    assert len(sink.messages()) == 1


@committing
def test_by_day_it_goes_out_at_once(night: Clock, owner: User, sink: Sink, pushes: list[Any]) -> None:
    night.goes_to(MORNING)
    notify(owner, title="One")
    work()
    assert subjects(sink) == ["One"]
    assert pushes[0][1]["toast"]["title"] == "One"
    assert not Held.objects.exists()


@committing
def test_what_may_disturb_does(night: Clock, owner: User, sink: Sink, pushes: list[Any]) -> None:
    wish(owner, email=Email.NOW, in_quiet_hours=True)
    notify(owner, title="Fire")
    work()
    assert subjects(sink) == ["Fire"]
    assert "toast" in pushes[0][1]


@committing
def test_reminders_ring_in_quiet_hours(night: Clock, owner: User, pushes: list[Any]) -> None:
    notify(owner, title="Wake up", event="reminder")
    assert "toast" in pushes[0][1]


def test_of_others_nothing_is_held(night: Clock, owner: User, friend: User, sink: Sink) -> None:
    wish(friend, email=Email.NOW)
    notify(friend, title="For a friend")
    work()
    assert [received.to for received in sink.messages()] == [["friend@example.com"]]


def test_what_was_read_put_away_withdrawn_deleted_or_muted_is_left_out(
    night: Clock, owner: User, sink: Sink
) -> None:
    kept = notify(owner, title="Kept", body="Body")
    read(notify(owner, title="Read"))
    put_away = notify(owner, title="Put away")
    change(owner.pk, lambda entries: entries.filter(pk=put_away.pk).update(archived_at=night.now))
    notify(owner, title="Withdrawn", url="/notes/7/")
    withdraw(owner.pk, "/notes/7/")
    notify(owner, title="Deleted").delete()
    notify(owner, title="Muted", thread="task:7")
    Mute.objects.create(user=owner, thread="task:7", title="Muted")
    night.goes_to(MORNING)
    [digest] = sink.messages()
    assert told_of(digest) == {kept.pk}
    assert digest.subject == "Kept"


def test_without_anything_unread_there_is_no_mail(night: Clock, owner: User, sink: Sink) -> None:
    read(notify(owner, title="Read"))
    night.goes_to(MORNING)
    assert sink.messages() == []
    assert Digest.objects.get().closed_at == MORNING
    summaries = Run.objects.filter(task__kind_name="notification.digest.email").values_list("summary")
    assert list(summaries) == [("read meanwhile, not sent",)]


def test_who_wants_none_in_the_app_is_told_by_the_digest_all_the_same(
    night: Clock, owner: User, sink: Sink
) -> None:
    wish(owner, in_app=False, email=Email.NOW)
    notification = notify(owner, title="By e-mail alone")
    night.goes_to(MORNING)
    assert [told_of(digest) for digest in sink.messages()] == [{notification.pk}]


def test_what_is_no_longer_wanted_by_mail_is_left_out(night: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    wish(owner, email=Email.OFF)
    night.goes_to(MORNING)
    assert sink.messages() == []


def test_it_is_grouped_by_event_and_thread_and_says_when(night: Clock, owner: User, sink: Sink) -> None:
    wish(owner, "task.failed", email=Email.NOW)
    for title in ("Backup failed", "Backup failed again"):
        newest = notify(
            owner, title=title, event="task.failed", thread="task:1:failed", together="{count} runs failed"
        )
    other = notify(owner, title="<b>Odd</b>", body="<script>x</script>\nand more")
    night.goes_to(MORNING)
    [digest] = sink.messages()
    assert digest.subject == "3 notifications while it was quiet"
    text, html = text_of(digest), text_of(digest, "html")
    assert text.index("A task failed") < text.index("2 runs failed") < text.index("Anything else")
    assert told_of(digest) == {newest.pk, other.pk}
    assert "<b>Odd</b>" in text
    assert "&lt;b&gt;Odd&lt;/b&gt;" in html
    assert "<script>" not in html


def test_a_digest_of_very_many_says_how_many_more_there_are(night: Clock, owner: User, sink: Sink) -> None:
    for number in range(103):
        notify(owner, title=f"Number {number}")
    night.goes_to(MORNING)
    [digest] = sink.messages()
    assert digest.subject == "103 notifications while it was quiet"
    assert len(told_of(digest)) == 100
    assert "And 3 more in your inbox." in text_of(digest)


def test_a_title_cannot_smuggle_in_headers(night: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="Hello\r\nBcc: everybody@example.com")
    Notification.objects.update(title="Hello\r\nBcc: everybody@example.com")
    night.goes_to(MORNING)
    [digest] = sink.messages()
    assert digest.subject == "Hello Bcc: everybody@example.com"
    assert digest.message["Bcc"] is None


# Browser push


@pytest.fixture
def browser(owner: User) -> PushSubscription:
    return PushSubscription.objects.create(
        user=owner, endpoint="https://push.example/1", endpoint_hash="1" * 64, session_key="1"
    )


def test_a_push_is_held_for_the_same_digest(
    night: Clock, owner: User, sink: Sink, browser: PushSubscription
) -> None:
    notify(owner, title="One")
    digest = Digest.objects.get()
    assert sorted(digest.held.values_list("channel", flat=True)) == ["email", "push"]
    night.goes_to(MORNING)
    assert len(sink.messages()) == 1


def test_without_a_browser_no_push_is_held(night: Clock, owner: User) -> None:
    wish(owner, email=Email.OFF)
    notify(owner, title="One")
    assert not Digest.objects.exists()


def test_a_push_waits_even_without_digests(night: Clock, owner: User, browser: PushSubscription) -> None:
    change_settings(owner, digests=False)
    notify(owner, title="One")
    assert [held.channel for held in Held.objects.all()] == ["push"]


# Changes while something is held


def test_without_digests_it_stays_in_the_inbox_alone(night: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="Held before")
    change_settings(owner, digests=False)
    notify(owner, title="Told since")
    night.passes(days=2)
    assert sink.messages() == []
    assert Notification.objects.visible_to(owner).unread().count() == 2


def test_quiet_hours_that_are_made_longer_hold_it_longer(night: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    be_quiet(owner, time(22), time(9))
    notify(owner, title="Two")
    night.goes_to(MORNING)
    assert sink.messages() == []
    night.passes(hours=2)
    assert subjects(sink) == ["2 notifications while it was quiet"]
    assert Digest.objects.count() == 1


@pytest.mark.parametrize(("begins", "ends"), [(None, None), (time(1), time(7))])
def test_without_quiet_hours_now_it_is_let_out_at_once(
    night: Clock, owner: User, sink: Sink, begins: time | None, ends: time | None
) -> None:
    notify(owner, title="One")
    be_quiet(owner, begins, ends)
    night.passes(seconds=1)
    assert subjects(sink) == ["One"]
    be_quiet(owner)
    notify(owner, title="Two")
    night.goes_to(MORNING)
    assert subjects(sink) == ["One", "Two"]


def test_saving_the_same_settings_changes_nothing(night: Clock, owner: User) -> None:
    notify(owner, title="One")
    digest = Digest.objects.get()
    be_quiet(owner)
    assert Digest.objects.get() == digest
    assert Task.objects.filter(kind_name="notification.digest").count() == 1


def test_another_time_zone_moves_the_end(night: Clock, owner: User, sink: Sink) -> None:
    """At 23:00 UTC it is 19:00 in New York: not quiet. Held from 22:00 there, until 7:00 there."""
    notify(owner, title="One")
    owner.time_zone = "Asia/Kolkata"  # 4:30 there, quiet until 7:00, which is 1:30 UTC
    save(owner, owner.save)
    night.goes_to(datetime(2025, 3, 10, 1, 29, tzinfo=UTC))
    assert sink.messages() == []
    night.passes(minutes=1)
    assert subjects(sink) == ["One"]
    owner.time_zone = "America/New_York"  # 21:30 there
    save(owner, owner.save)
    notify(owner, title="Two")
    work()
    assert subjects(sink) == ["One", "Two"]


def test_a_notification_told_with_an_old_copy_of_its_user_follows_the_clock_of_now(
    night: Clock, owner: User
) -> None:
    copy = User.objects.get(pk=owner.pk)
    owner.time_zone = "Asia/Kolkata"
    save(owner, owner.save)
    notify(copy, title="One")
    assert Digest.objects.get().due_at == datetime(2025, 3, 10, 1, 30, tzinfo=UTC)


def test_a_disabled_account_is_not_written_to(night: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    owner.is_active = False
    owner.save()
    night.goes_to(MORNING)
    assert sink.messages() == []
    assert Digest.objects.get().closed_at == MORNING


def test_a_deleted_account_leaves_nothing_behind(night: Clock, owner: User, sink: Sink) -> None:
    notify(owner, title="One")
    owner.delete()
    assert not Digest.objects.exists()
    assert not Task.objects.exists()
    night.goes_to(MORNING)
    assert sink.messages() == []


def test_what_became_late_waits_until_the_next_quiet_hours_are_over(
    night: Clock, owner: User, sink: Sink
) -> None:
    """Nothing ran for a day, and it is night again."""
    notify(owner, title="One")
    night.jumps_to(datetime(2025, 3, 10, 23, tzinfo=UTC))
    notify(owner, title="Two")
    assert sink.messages() == []
    night.passes(hours=8)
    assert subjects(sink) == ["2 notifications while it was quiet"]
    assert Digest.objects.count() == 1


def test_a_clock_that_is_set_back_lets_nothing_join_what_is_closed(
    night: Clock, owner: User, sink: Sink
) -> None:
    notify(owner, title="One")
    night.goes_to(MORNING)
    night.now = datetime(2025, 3, 10, 6, 59, 59, tzinfo=UTC)
    notify(owner, title="Two")
    night.passes(seconds=5)
    assert subjects(sink) == ["One", "Two"]
