"""Everybody's notifications are numbered 1, 2, 3 … whatever goes on at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from notifications.door import notify
from notifications.models import Inbox, Notification

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(user: User) -> list[int]:
    return list(Notification.objects.visible_to(user).order_by("number").values_list("number", flat=True))


def test_each_user_has_their_own(owner: User, friend: User) -> None:
    for user in [owner, friend, owner, owner]:
        notify(user, title="Something ended")
    assert (numbers(owner), numbers(friend)) == ([1, 2, 3], [1])


def test_writers_at_the_same_time_leave_no_gap_even_when_some_give_up(owner: User, friend: User) -> None:
    def write(turn: int) -> None:
        try:
            with transaction.atomic():
                for user in sorted([owner, friend], key=lambda user: user.pk):
                    notify(user, title=f"Number {turn}")
                if turn % 7 == 0:
                    transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(70)))
    assert numbers(owner) == numbers(friend) == list(range(1, 61))
    assert Inbox.objects.get(user=owner).head == 60


def test_a_number_that_was_rolled_back_is_given_again(owner: User) -> None:
    with transaction.atomic():
        notify(owner, title="Never was")
        transaction.set_rollback(True)
    assert notify(owner, title="Was").number == 1


def test_a_lost_counter_goes_on_where_it_was(owner: User) -> None:
    notify(owner, title="Before")
    Inbox.objects.all().delete()
    assert notify(owner, title="After").number == 2


def test_the_database_itself_refuses_a_number_twice(owner: User) -> None:
    notify(owner, title="First")
    with pytest.raises(IntegrityError):
        Notification.objects.create(user=owner, number=1, title="Second first")


def test_titles_are_single_lines_that_fit(owner: User) -> None:
    notification = notify(owner, title="Two\r\nlines\x07 and\u2028more " + "x" * 300)
    assert notification.title.startswith("Two lines and more xxx")
    assert (len(notification.title), notification.title[-1]) == (200, "…")
