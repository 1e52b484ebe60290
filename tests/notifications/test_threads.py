"""What repeats is one entry, as long as nobody read it."""

import pytest

from accounts.models import User
from notifications.door import notify
from notifications.inbox.changing import change
from notifications.models import Mute, Notification

pytestmark = pytest.mark.django_db


def finished(user: User, thread: str = "task:7") -> Notification:
    return notify(user, title="Backup finished", thread=thread, together="{count} runs of Backup finished")


def shown(user: User) -> list[str]:
    entries = Notification.objects.visible_to(user).in_inbox().newest_first()
    return [entry.heading for entry in entries]


def test_one_stands_for_all_and_says_how_many(owner: User) -> None:
    for _ in range(3):
        finished(owner)
    assert shown(owner) == ["3 runs of Backup finished"]
    assert [entry.number for entry in Notification.objects.order_by("pk")] == [1, 2, 3]


def test_other_threads_and_other_people_are_left_alone(owner: User, friend: User) -> None:
    finished(owner), finished(owner, "task:8"), finished(friend)
    assert shown(owner) == ["Backup finished", "Backup finished"]
    assert shown(friend) == ["Backup finished"]


def test_what_was_read_stays_by_itself(owner: User) -> None:
    finished(owner)
    change(owner.pk, lambda entries: entries.mark_read())
    finished(owner)
    assert shown(owner) == ["Backup finished", "Backup finished"]


def test_it_takes_what_is_folded_along(owner: User) -> None:
    first, _, last = finished(owner), finished(owner, "task:8"), finished(owner)
    assert set(Notification.objects.with_folded(last)) == {first, last}


def test_a_muted_thread_goes_to_the_archive_unheard(owner: User) -> None:
    Mute.objects.create(user=owner, thread="task:7", title="Backup")
    muted = finished(owner)
    muted.refresh_from_db()
    assert (muted.is_read, muted.is_archived) == (True, True)
    assert shown(owner) == []
    finished(owner, "task:8")
    assert shown(owner) == ["Backup finished"]
