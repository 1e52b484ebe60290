"""What its owner is told when a schedule could not be followed, and hears when one is changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from notifications.models import Notification
from tasks.firing import fire_due
from tasks.models import Run, Task
from tasks.recurrence import Schedule

pytestmark = pytest.mark.django_db(transaction=True)


def make_due(owner: User, title: str, time_zone: str = "UTC") -> Task:
    due = timezone.now() - timedelta(seconds=1)
    return Task.objects.create(
        owner=owner,
        kind_name="test.steps",
        title=title,
        time_zone=time_zone,
        crontab="0 9 * * *",
        next_run_at=due,
    )


def test_its_owner_is_told_once_with_a_link_and_by_mail(owner: User, friend: User) -> None:
    broken = make_due(owner, "Stand-up", time_zone="Mars/Olympus")
    sound = make_due(friend, "Tea")
    while fire_due():
        pass
    notification = Notification.objects.get()
    assert (notification.user, notification.title) == (owner, "Stand-up was paused")
    assert (notification.level, notification.url) == ("error", f"/tasks/{broken.pk}/")
    assert Task.objects.get(kind_name="notification.email").owner == owner
    assert Run.objects.get(task=sound).state == Run.State.PENDING


def test_what_fires_as_it_should_tells_nothing(owner: User) -> None:
    make_due(owner, "Tea")
    fire_due()
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        Task.pause,
        Task.resume,
        Task.unschedule,
        Task.delete,
        lambda task: task.reschedule(Schedule("UTC", crontab="0 8 * * *")),
    ],
)
def test_browsers_of_the_owner_hear_of_a_change_once_it_is_made(
    owner: User, pushes: list[tuple[list[int], Any]], change: Callable[[Task], object]
) -> None:
    change(make_due(owner, "Tea"))
    assert pushes == [([owner.pk], {"topic": "runs"})]


def test_they_hear_nothing_of_a_change_that_was_refused(
    owner: User, pushes: list[tuple[list[int], Any]]
) -> None:
    over = make_due(owner, "Tea")
    over.unschedule()
    pushes.clear()
    with pytest.raises(ValidationError):
        over.pause()
    assert pushes == []
